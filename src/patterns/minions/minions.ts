import type { TokenCounter } from '../../algorithms/text/chunk-by-tokens.ts';
import { sourceOf } from '../../documents/cited-extract.ts';
import { composeCall } from '../../documents/compose-call.ts';
import { coverageOf } from '../../documents/coverage.ts';
import { extractsAlone } from '../../documents/extracts-alone.ts';
import { nothingFound } from '../../documents/nothing-found.ts';
import { readCall } from '../../documents/read-call.ts';
import { requireDocument } from '../../documents/require-document.ts';
import { requireWhole } from '../../model/errors.ts';
import { isComposite } from '../../model/leaf/model/place.ts';
import { limit } from '../../model/limit.ts';
import { definePattern, handOff, settle } from '../../model/pattern/define-pattern.ts';
import type { Embedder } from '../../model/pattern/embedding.ts';
import type { LanguageModel } from '../../model/types.ts';
import { chat } from './chat.ts';
import { notesText, tasksText } from './notes.ts';
import type { JobPlan } from './plan.ts';
import { type Read, type Reading, readRounds } from './read-rounds.ts';
import { review } from './review.ts';

/** Options of MINIONS. */
export interface MinionsOptions {
  /** Reads the chunks, on this device. */
  readonly local: LanguageModel;
  /** Writes the jobs and answers from the extracts; it never sees the document. */
  readonly cloud: LanguageModel;
  /**
   * A declared plan for a question, instead of the cloud's; there is then one round, unless
   * `maxRounds` says more.
   */
  readonly plan?: (question: string) => JobPlan;
  /** Jobs at a time, 1 or more. Default: 8. */
  readonly concurrency?: number;
  /** Characters of extracts in any one call that leaves, 200 or more. Default: 12,000. */
  readonly maxReleased?: number;
  /**
   * Rounds of reading, 1 or more; a further one is read only where something is open. Default: 3.
   */
  readonly maxRounds?: number;
  /**
   * Jobs of a round, 1 or more; those least related to their task are left out beyond it. Default:
   * 4,096.
   */
  readonly maxJobs?: number;
  /**
   * Lets the planner see the headings of documents labelled `extracts`; they are their text.
   * Default: false.
   */
  readonly outline?: boolean;
  /** Grades the answer from 1 to 5, by the extracts alone. Default: nobody. */
  readonly judge?: LanguageModel;
  /**
   * Ranks chunks by meaning too, beside BM25, where a task reads the best of them. Default: none.
   */
  readonly embedder?: Embedder;
  /** Counts tokens where a plan cuts by them. Default: four characters to a token. */
  readonly count?: TokenCounter;
  /**
   * `jobs`: MINIONS. `chat`: the naive MINION, in which the cloud talks with one reader of the
   * whole text. Default: `jobs`.
   */
  readonly protocol?: 'jobs' | 'chat';
  /** Tokens that the worker's window holds, for `chat`, 256 or more. Default: 8,192. */
  readonly windowTokens?: number;
}

/**
 * Answers from long documents that stay here: the cloud writes jobs, local workers read chunks in
 * parallel, their quotes are checked, and the cloud answers from a capped selection of them, or
 * asks for another round. Every answer says what was read, and which of its claims no quote
 * supports. Source: MinionS (arXiv:2502.15964).
 */
export function minions(options: MinionsOptions): LanguageModel {
  const { local, cloud, judge, embedder } = options;
  const settings = settingsOf(options);
  return definePattern({
    name: options.protocol === 'chat' ? 'minion' : 'minions',
    models: [local, cloud, ...(judge ? [judge] : []), ...(embedder ? [embedder.leaf] : [])],
    baseline: cloud,
    ignores: ['tools'],
    async generate(call, ask) {
      const { question, documents, call: rest } = await readCall(call, ask.documents);
      requireDocument('minions', documents);
      for (const { id, title, label, text } of documents)
        ask.reads({ id, title, label, characters: text.length });
      const reading: Reading = { ...settings, cloud, question, documents };
      const read =
        options.protocol === 'chat'
          ? await chat(ask, reading, settings.windowTokens)
          : await readRounds(ask, reading);
      const { extracts, results, notes } = read;
      const coverage = coverageOf({ ...read, documents });
      const about = {
        reason: describe(read),
        coverage,
        ...(read.failed.length > 0 && { degraded: true }),
      };
      if (extracts.length === 0 && call.responseFormat?.type !== 'json') {
        const unread = { unread: read.failed.length, chunks: coverage.chunks };
        return settle(nothingFound(unread), { ...about, answeredBy: local });
      }
      const remarks = [tasksText(results, extracts), notesText(notes)]
        .filter(text => text !== '')
        .join('\n');
      ask.progress({ kind: 'stage', pattern: 'minions', stage: 'answering' });
      return handOff(
        cloud,
        composeCall(rest, {
          question,
          extracts,
          ...(notes.length > 0 || hasConflict(read)
            ? { remarks: `<notes>\n${remarks}\n</notes>` }
            : {}),
        }),
        {
          about,
          name: 'reduce',
          release: true,
          before: extracts.map(sourceOf),
          recover: error =>
            extractsAlone(extracts, { error, about: { ...about, answeredBy: local }, question }),
          review: text => review(ask, text, { question, extracts, judge }),
        },
      );
    },
  });
}

function settingsOf(options: MinionsOptions) {
  const {
    local,
    plan,
    concurrency = 8,
    maxReleased = 12_000,
    maxJobs = 4096,
    windowTokens = 8192,
  } = options;
  const lanes = requireWhole('concurrency', concurrency, 1, 'Use 1 to read chunk by chunk.');
  return {
    lanes,
    worker: isComposite(local) ? local : limit(local, { concurrency: lanes }),
    declared: plan,
    maxReleased: requireWhole('maxReleased', maxReleased, 200, 'It is a count of characters.'),
    maxRounds: requireWhole(
      'maxRounds',
      options.maxRounds ?? (plan ? 1 : 3),
      1,
      'Use 1 to read once.',
    ),
    maxJobs: requireWhole('maxJobs', maxJobs, 1, 'It is a count of calls.'),
    windowTokens: requireWhole('windowTokens', windowTokens, 256, 'It is a count of tokens.'),
    showsOutline: options.outline ?? false,
    embedder: options.embedder,
    count: options.count,
  };
}

function hasConflict({ results }: Read): boolean {
  return results.some(({ conflicts }) => conflicts.length > 0);
}

function describe({ origin, rounds, found, extracts, count, remarks }: Read): string {
  const {
    unsupported = 0,
    malformed = 0,
    cut = 0,
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
      ...(failed > 0 ? [`${failed} chunks unread`] : []),
      ...(reused > 0 ? [`${reused} known from before`] : []),
    ].join(', '),
    ...remarks,
  ];
  return parts.join('; ');
}
