import type * as z from 'zod';
import { checkClaims } from '../../documents/check-claims.ts';
import { sourceOf } from '../../documents/cited-extract.ts';
import { composeCall } from '../../documents/compose-call.ts';
import { filesOf } from '../../documents/coverage.ts';
import { type Finders, meaningBy } from '../../documents/finding/meaning.ts';
import { nearestIn } from '../../documents/finding/nearest-sentences.ts';
import { foundAlone, withoutCloud } from '../../documents/found-alone.ts';
import { type ReadCall, readCall } from '../../documents/read-call.ts';
import { requireDocument } from '../../documents/require-document.ts';
import { saidByIds } from '../../documents/said-by-ids.ts';
import { aboutUnread, tellingUnread } from '../../documents/unread.ts';
import type { TandemError } from '../../model/errors.ts';
import { failureWord } from '../../model/leaf/failure.ts';
import { isAbsent, isComposite, readsTasks } from '../../model/leaf/model/place.ts';
import type { Ask } from '../../model/pattern/ask.ts';
import { delegate, type Outcome, settle } from '../../model/pattern/define-pattern.ts';
import { leavesWhatWasFound, placeIsClosed } from '../../model/pattern/degrade.ts';
import type { PrivacyMode } from '../../model/run/ports.ts';
import type { Call } from '../../model/types.ts';
import { readerFor } from './choose.ts';
import type { autoOptions } from './options.ts';
import { retrieve, retrieveHere } from './retrieve.ts';
import type { WayName } from './ways.ts';
import { wholeCall } from './whole-call.ts';

type AutoSettings = Omit<z.output<typeof autoOptions>, 'reranker'> & Finders;

/** Chooses how to read the documents of a call, and reads them so. */
export async function takeWay(options: AutoSettings, call: Call, ask: Ask): Promise<Outcome> {
  const { plain } = options;
  const read = await readCall(call, ask.documents);
  if (read.documents.length === 0 && read.unread.length > 0)
    requireDocument('auto', read.documents, read.unread);
  if (read.documents.length === 0)
    return delegate(plain, call, {
      about: { reason: 'no document to read' },
      recover: error => byCloud(options, { call, error }),
    });
  const { best, brief } = decide(options, call, read);
  return take({ way: best, why: brief, call, read }, { ask, options });
}

function decide(
  options: AutoSettings,
  call: Call,
  { question, documents }: ReadCall,
): { best: WayName; brief: string } {
  if (options.way) return { best: options.way, brief: 'as configured' };
  const { local, cloud, prices } = options;
  const mode = call.providerOptions?.tandem?.mode as PrivacyMode | undefined;
  // A reader of tasks is no language model: it has no window, and the whole gets it nowhere.
  const isModel = !readsTasks(local) && !isAbsent(local) && !isComposite(local);
  return options.adviser({
    ...{ question, documents, cloud },
    ...(isModel && { local }),
    ...(prices && { prices }),
    ...(mode && { mode }),
  });
}

interface TakenWay {
  readonly way: WayName;
  readonly why: string;
  readonly call: Call;
  readonly read: ReadCall;
}

function take(
  taken: TakenWay,
  given: { ask: Ask; options: AutoSettings },
): Outcome | Promise<Outcome> {
  const { way, why, call, read } = taken;
  const { ask, options } = given;
  const about = aboutUnread(read, `${way}: ${why}`);
  if (way === 'minions' || way === 'chain') return delegate(options[way], call, { about });
  noteRead(ask, read);
  if (way === 'retrieval' || way === 'retrieval-on-device')
    return fromRetrieved(taken, options, ask);
  const model = way === 'whole' ? options.cloud : options.local;
  const [reader] = readerFor(read.question);
  return delegate(model, tellingUnread(wholeCall(read.call, read.documents), read), {
    about: { ...about, ...coverageOfWhole(read) },
    name: way,
    recover: error => {
      if (error.code === 'bad_answer' && call.tools?.length)
        return byCloud(options, { call, error });
      if (!leavesWhatWasFound(error)) throw error;
      const why = placeIsClosed(error) ? 'is closed' : 'failed';
      const reason = `${reader}, since ${way} ${why}: ${failureWord(error)}`;
      return delegate(options[reader], call, {
        about: { ...aboutUnread(read, reason), degraded: true },
      });
    },
  });
}

// Calls that fit no tool are a fault of a model on this device, and no closed place.
function byCloud(
  { cloud }: AutoSettings,
  { call, error }: { readonly call: Call; readonly error: TandemError },
): Outcome {
  if (error.code !== 'bad_answer' || error.data.modelId === cloud.modelId) throw error;
  return delegate(cloud, call, { about: { reason: `cloud, since ${error.message}` } });
}

async function fromRetrieved(
  { way, why, read }: TakenWay,
  { cloud, local, embedder, reranker }: AutoSettings,
  ask: Ask,
): Promise<Outcome> {
  const { question, documents } = read;
  const isHere = way === 'retrieval-on-device';
  const meaning = meaningBy(ask, { embedder, reranker });
  const extracts = await (isHere ? retrieveHere : retrieve)(documents, question, meaning);
  const found = async () => ({
    question,
    documents,
    nearest: await nearestIn(documents, question, meaning),
    extracts: [],
    unreadFiles: read.unread,
  });
  const reason = `${way}: ${why}; ${extracts.length} nearest passages, none checked by a reader`;
  const about = { ...aboutUnread(read, reason), ...coverageOfWhole(read) };
  if (extracts.length === 0) return settle(foundAlone(await found()), about);
  const answerer = isHere ? local : cloud;
  return delegate(answerer, tellingUnread(composeCall(read.call, { question, extracts }), read), {
    about,
    name: way,
    // A model that is taken for one of this device and is none gets nothing of the documents.
    ...(!isHere && { release: extracts.map(({ text }) => text) }),
    before: extracts.map(sourceOf),
    complete: said => saidByIds(said, { extracts, about, call: read.call }),
    review: text => checkClaims(text, { question, extracts, about }),
    recover: async error =>
      withoutCloud(await found(), { error, about: { ...about, answeredBy: local } }),
  });
}

// Where files or pages could not be read, how many were.
function coverageOfWhole({ documents, unread }: ReadCall) {
  const withoutText = documents.reduce((sum, each) => sum + (each.withoutText?.length ?? 0), 0);
  if (unread.length + withoutText === 0) return {};
  const total = documents.reduce((sum, each) => sum + each.pages.length, 0);
  const pages = { total, read: total - withoutText, skipped: 0, cited: 0, withoutText };
  const counts = { chunks: documents.length, read: documents.length, skipped: 0, cited: 0, pages };
  const files = unread.length > 0 && { files: filesOf(documents, unread) };
  return { coverage: { ...counts, ...files } };
}

function noteRead(ask: Ask, { documents, question }: ReadCall): void {
  for (const document of documents) ask.reads(document, question);
}
