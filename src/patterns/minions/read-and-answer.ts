import type * as z from 'zod';
import { later } from '../../algorithms/later.ts';
import { sourceOf } from '../../documents/cited-extract.ts';
import { composeCall } from '../../documents/compose-call.ts';
import { coverageOf } from '../../documents/coverage.ts';
import { meaningBy } from '../../documents/finding/meaning.ts';
import { nearestIn, nearestSentences } from '../../documents/finding/nearest-sentences.ts';
import {
  certainOf,
  type Found,
  foundAlone,
  nearestSources,
  withoutCloud,
} from '../../documents/found-alone.ts';
import { readCall } from '../../documents/read-call.ts';
import { requireDocument } from '../../documents/require-document.ts';
import { saidByIds } from '../../documents/said-by-ids.ts';
import { releasedOf, underHeads } from '../../documents/table-head.ts';
import { aboutUnread, tellingUnread } from '../../documents/unread.ts';
import { capabilitiesOf } from '../../model/leaf/model/capabilities.ts';
import { readsTasks } from '../../model/leaf/model/place.ts';
import type { Ask } from '../../model/pattern/ask.ts';
import { delegate, type Outcome, settle } from '../../model/pattern/define-pattern.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import { chat } from './chat.ts';
import { notesText, tasksText } from './notes.ts';
import type { minionsOptions } from './options.ts';
import { passagesBeside } from './passages-beside.ts';
import { type Read, type Reading, readRounds } from './read-rounds.ts';
import { review } from './review.ts';
import type { MinionsSettings } from './settings.ts';

/** What a MINIONS pattern was made with. */
export interface Workers {
  readonly local: LanguageModel;
  readonly cloud: LanguageModel;
  readonly judge: LanguageModel | undefined;
  readonly protocol: z.output<typeof minionsOptions>['protocol'];
  readonly settings: MinionsSettings;
}

/** Reads the documents of a call, and answers from what was found in them. */
export async function readAndAnswer(workers: Workers, call: Call, ask: Ask): Promise<Outcome> {
  const { local, cloud, judge, protocol, settings } = workers;
  const given = await readCall(call, ask.documents);
  const { question, documents, unread, call: rest } = given;
  requireDocument('minions', documents, unread);
  for (const document of documents) ask.reads(document, question);
  const reading: Reading = { ...settings, cloud, question, documents };
  const read =
    protocol === 'chat'
      ? await chat(ask, reading, windowOf(local, settings.windowTokens))
      : await readRounds(ask, reading);
  const meaning = meaningBy(ask, reading);
  const nearest = later(() => nearestIn(documents, question, meaning));
  const sentences = (open: typeof documents) => nearestSentences(open, question, meaning);
  const near = { passages: nearest, sentences };
  const beside = await passagesBeside(documents, near, { ...read, ...settings, cloud });
  const about = {
    ...aboutUnread(given, describe(read)),
    coverage: coverageOf({ ...read, documents, unread }),
    ...(read.failed.length > 0 && { degraded: true }),
  };
  const alone = { ...about, answeredBy: local };
  const { extracts } = read;
  const facts = { question, documents, unreadFiles: unread, read };
  const found = async () => foundBy(local, { ...facts, nearest: await nearest() });
  const room = settings.maxReleased - beside.reduce((sum, { text }) => sum + text.length, 0);
  const shown = [...underHeads(extracts, room), ...beside];
  if (shown.length === 0 && call.responseFormat?.type !== 'json')
    return settle(foundAlone(await found()), alone);
  ask.progress({ kind: 'stage', pattern: 'minions', stage: 'answering' });
  const what = { question, extracts: shown, ...remarksOf(read) };
  return delegate(cloud, tellingUnread(composeCall(rest, what), given), {
    about,
    name: 'reduce',
    release: shown.flatMap(releasedOf),
    before: [...extracts.map(sourceOf), ...nearestSources(beside, 0)],
    recover: async error => withoutCloud(await found(), { error, about: alone }),
    complete: said => saidByIds(said, { extracts: shown, about, call }),
    review: text => review(ask, text, { question, extracts: shown, judge, about }),
  });
}

function windowOf(local: LanguageModel, windowTokens: number): number {
  return Math.min(windowTokens, capabilitiesOf(local).contextTokens ?? windowTokens);
}

// What a reader without a model picks in a chunk is compared over the whole; where not every chunk
// was shown to a model, nobody can say that the document holds no answer.
function foundBy(
  local: LanguageModel,
  { read, ...asked }: Omit<Found, 'extracts'> & { readonly read: Read },
): Found {
  const { extracts, failed, ranked, passages } = read;
  if (readsTasks(local)) return { ...asked, extracts: certainOf({ ...asked, extracts }) };
  if (ranked > 0) return { ...asked, extracts };
  return { ...asked, extracts, unread: failed.length, chunks: passages.length };
}

// Where nothing was noted and all agrees, the extracts say it all.
function remarksOf({ extracts, results, notes }: Read): { remarks?: string } {
  const hasConflict = results.some(({ conflicts }) => conflicts.length > 0);
  if (notes.length === 0 && !hasConflict) return {};
  const remarks = [tasksText(results, extracts), notesText(notes)]
    .filter(text => text !== '')
    .join('\n');
  return { remarks: `<notes>\n${remarks}\n</notes>` };
}

function describe({ origin, rounds, found, extracts, count, ranked, remarks }: Read): string {
  const {
    unsupported = 0,
    malformed = 0,
    cut = 0,
    echoed = 0,
    instructing = 0,
    failed = 0,
    reused = 0,
  } = count;
  const parts = [
    origin,
    ...(rounds > 1 ? [`${rounds} rounds`] : []),
    [
      `${found} extracts found, ${extracts.length} released`,
      ...(unsupported > 0 ? [`${unsupported} without a true citation dropped`] : []),
      ...(instructing > 0 ? [`${instructing} that instruct a model dropped`] : []),
      ...(malformed > 0 ? [`${malformed} malformed`] : []),
      ...(cut > 0 ? [`${cut} cut off`] : []),
      ...(echoed > 0 ? [`${echoed} that gave the prompt back`] : []),
      ...(failed > 0 ? [`${failed} chunks unread`] : []),
      ...(ranked > 0
        ? [`${ranked} chunks ranked and not read, since the worker fills in no forms`]
        : []),
      ...(reused > 0 ? [`${reused} known from before`] : []),
    ].join(', '),
    ...remarks,
  ];
  return parts.join('; ');
}
