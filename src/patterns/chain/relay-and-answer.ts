import { questionIn } from '../../algorithms/finding/asked-terms.ts';
import { contentTerms, frequentTerms } from '../../algorithms/text/terms.ts';
import { type Passage, sourceOf } from '../../documents/cited-extract.ts';
import { coverageOf } from '../../documents/coverage.ts';
import type { Document } from '../../documents/document.ts';
import { type Finders, meaningBy } from '../../documents/finding/meaning.ts';
import type { Nearest } from '../../documents/finding/nearest-passages.ts';
import { nearestIn } from '../../documents/finding/nearest-sentences.ts';
import { certainOf, type Found, foundAlone, withoutCloud } from '../../documents/found-alone.ts';
import { passagesOf } from '../../documents/passages.ts';
import { readCall } from '../../documents/read-call.ts';
import { requireDocument } from '../../documents/require-document.ts';
import { saidByIds } from '../../documents/said-by-ids.ts';
import { releasedOf, underHeads } from '../../documents/table-head.ts';
import { aboutUnread, tellingUnread, type UnreadFile } from '../../documents/unread.ts';
import { TandemError } from '../../model/errors.ts';
import { isOverflow } from '../../model/leaf/failure.ts';
import { readsTasks } from '../../model/leaf/model/place.ts';
import type { Ask } from '../../model/pattern/ask.ts';
import { delegate, type Outcome, settle } from '../../model/pattern/define-pattern.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import { freeTextRelay, rewriteInstructions } from './free-text.ts';
import { hopFrame } from './hop-prompt.ts';
import { managerCall } from './manager-call.ts';
import { type ChainReading, type ReadingTask, readThrough } from './read-through.ts';
import { type Reused, recallUnit, rememberUnit } from './reuse.ts';
import { reviewOf } from './review.ts';
import { denseSigns, narrowed, partTokens, type Settings } from './settings.ts';
import type { UnitLimits } from './unit.ts';

/** What a chain was made with. */
export interface Relay {
  readonly worker: LanguageModel;
  readonly manager: LanguageModel;
  readonly reuse: boolean;
  readonly settings: Settings;
  readonly finders: Finders;
}

const mostTries = 4;

/**
 * Relays the documents of a call from worker to worker, and answers from the last unit. Where the
 * first part does not fit what the worker can read, smaller ones are cut.
 */
export async function relayAndAnswer(relay: Relay, call: Call, ask: Ask): Promise<Outcome> {
  const { worker } = relay;
  let settings = narrowed(relay.settings, worker);
  for (let tries = 1; ; tries++) {
    try {
      return await relayInParts({ ...relay, settings }, call, ask);
    } catch (error) {
      if (tries === mostTries || !isOverflow(error)) throw error;
      settings = narrowed(settings, worker, false);
    }
  }
}

async function relayInParts(relay: Relay, call: Call, ask: Ask): Promise<Outcome> {
  const { worker, manager, reuse, settings, finders } = relay;
  const given = await readCall(call, ask.documents);
  const { question, documents, unread, call: rest } = given;
  requireDocument('chain', documents, unread);
  requireQuestion(question, settings);
  for (const document of documents) ask.reads(document, question);
  const passages = partsOf(documents, question, settings);
  if (settings.unit === 'text')
    return freeTextRelay(ask, { worker, manager, passages, question, settings, call: rest });
  const task = { worker, passages, question, settings };
  const reading = await readOrRecall(ask, task, { documents, reuse });
  const { unit } = reading;
  const whole = { documents, passages, unread };
  const said = 'isSame' in reading ? aboutReused(reading, whole) : aboutOf(reading, whole);
  const about = { ...said, ...aboutUnread(given, said.reason) };
  const found = async () => ({
    ...foundBy(worker, {
      ...{ question, documents, reading, passages },
      nearest: await nearestIn(documents, question, meaningBy(ask, finders)),
    }),
    unreadFiles: unread,
  });
  if (unit.facts.length === 0 && call.responseFormat?.type !== 'json')
    return settle(foundAlone(await found()), { ...about, answeredBy: worker });
  const facts = underHeads(unit.facts, 4 * settings.unitTokens);
  const composed = managerCall(rest, {
    ...{ unit: { ...unit, facts }, question },
    task: settings.task,
  });
  return delegate(manager, tellingUnread(composed, given), {
    about,
    name: 'manager',
    release: facts.flatMap(fact => [...releasedOf(fact), fact.asOf ?? '']),
    before: unit.facts.map(sourceOf),
    recover: async error =>
      withoutCloud(await found(), { error, about: { ...about, answeredBy: worker } }),
    complete: said => saidByIds(said, { extracts: facts, about, call }),
    review: async text => reviewOf(text, { unit, question, about, call }),
  });
}

// What a reader without a model picks in a part is compared over the whole.
function foundBy(
  worker: LanguageModel,
  facts: {
    readonly question: string;
    readonly documents: readonly Document[];
    readonly passages: readonly Passage[];
    readonly reading: Reused | ChainReading;
    readonly nearest: Nearest;
  },
): Found {
  const { reading, passages, question, documents, nearest } = facts;
  const { facts: extracts } = reading.unit;
  const found = { question, documents, nearest, extracts };
  if (readsTasks(worker)) return { ...found, extracts: certainOf(found) };
  const unread = 'read' in reading ? passages.length - reading.read.size : 0;
  return { ...found, unread, chunks: passages.length };
}

function requireQuestion(question: string, { task }: Settings): void {
  if (question !== '' || task !== 'answer') return;
  throw new TandemError(
    'invalid_argument',
    "The call holds a document and no question. Ask one, or use `task: 'summary'` or " +
      "`'timeline'`, which need none.",
  );
}

function partsOf(documents: readonly Document[], question: string, settings: Settings) {
  const frame =
    settings.unit === 'text'
      ? `${rewriteInstructions(question)}\n${question}`
      : hopFrame(question, settings.task);
  const tokens = partTokens(settings, frame);
  return passagesOf(
    documents,
    { by: 'tokens', tokens },
    settings.isEstimated && documents.every(({ text }) => text.search(denseSigns) < 0)
      ? undefined
      : settings.count,
  );
}

// What is noted for later questions is a whole reading alone.
async function readOrRecall(
  ask: Ask,
  reading: Omit<ReadingTask, 'limits'>,
  { documents, reuse }: { documents: readonly Document[]; reuse: boolean },
): Promise<Reused | ChainReading> {
  const { worker, passages, question, settings } = reading;
  const limits = limitsFor(documents, question, settings);
  const asked = { documents, question, task: settings.task, worker };
  const reused = reuse ? await recallUnit(ask.documents, asked, limits) : undefined;
  if (reused) return reused;
  const done = await readThrough(ask, { ...reading, limits });
  if (done.read.size === passages.length) await rememberUnit(ask.documents, asked, done.unit);
  return done;
}

const salientTerms = 24;

function limitsFor(
  documents: readonly Document[],
  question: string,
  settings: Settings,
): UnitLimits {
  const { count, unitTokens: maxTokens, task } = settings;
  const asked = contentTerms(questionIn(question));
  const own = () => frequentTerms(documents.map(({ text }) => text).join('\n'), salientTerms);
  const focus = new Set(asked.length > 0 ? asked : own());
  return { maxTokens, count, focus, documents, isSpread: task !== 'answer' };
}

/** What there was to be read. */
interface Whole {
  readonly documents: readonly Document[];
  readonly passages: readonly Passage[];
  readonly unread: readonly UnreadFile[];
}

function aboutReused({ unit, isSame }: Reused, whole: Whole) {
  const { passages } = whole;
  const said = isSame
    ? 'noted when the same was asked'
    : 'noted when the document was read for another question';
  const read = isSame ? passages : [];
  return {
    reason: `nothing read again; ${unit.facts.length} facts ${said}`,
    coverage: coverageOf({ ...whole, read, failed: [], extracts: unit.facts }),
  };
}

function aboutOf({ unit, read, passes }: ChainReading, whole: Whole) {
  const { passages } = whole;
  const { dropped, openQuestions, facts } = unit;
  const unread = passages.filter((_, part) => !read.has(part));
  const said = [
    `${passages.length} parts relayed${passes > 1 ? ` in ${passes} passes` : ''}; ` +
      `${facts.length} facts kept`,
    `${dropped.forRoom} left out for want of room`,
    ...(dropped.refused > 0 ? [`${dropped.refused} refused as not in the text`] : []),
    ...(dropped.copied > 0 ? [`${dropped.copied} copied from notes or prompt`] : []),
    ...(dropped.unknownIds > 0 ? [`${dropped.unknownIds} unknown ids answered`] : []),
    ...(openQuestions.length > 0 ? [`${openQuestions.length} questions still open`] : []),
    ...(unread.length > 0 ? [`${unread.length} parts unread`] : []),
  ];
  const done = passages.filter((_, part) => read.has(part));
  return {
    reason: said.join(', '),
    coverage: coverageOf({ ...whole, read: done, failed: unread, extracts: facts }),
    ...(unread.length > 0 && { degraded: true }),
  };
}
