import type * as z from 'zod';
import { readOptions } from '../../config/read-options.ts';
import { sourceOf } from '../../documents/cited-extract.ts';
import { composeCall } from '../../documents/compose-call.ts';
import { coverageOf } from '../../documents/coverage.ts';
import { extractsAlone } from '../../documents/extracts-alone.ts';
import { nothingFound } from '../../documents/nothing-found.ts';
import { readCall } from '../../documents/read-call.ts';
import { requireDocument } from '../../documents/require-document.ts';
import { isComposite } from '../../model/leaf/model/place.ts';
import { limit } from '../../model/limit.ts';
import { definePattern, delegate, settle } from '../../model/pattern/define-pattern.ts';
import type { LanguageModel } from '../../model/types.ts';
import { chat } from './chat.ts';
import { notesText, tasksText } from './notes.ts';
import { type MinionsOptions, minionsOptions } from './options.ts';
import { plainPlan } from './plan.ts';
import { type Read, type Reading, readRounds } from './read-rounds.ts';
import { review } from './review.ts';

/**
 * Answers from long documents that stay here: the cloud writes jobs, local workers read chunks in
 * parallel, their quotes are checked, and the cloud answers from a capped selection of them, or
 * asks for another round. Every answer says what was read, and which of its claims no quote
 * supports. Source: MinionS (arXiv:2502.15964).
 */
export function minions(options: MinionsOptions): LanguageModel {
  const checked = readOptions(minionsOptions, options, 'minions');
  const { local, cloud, judge, embedder, protocol } = checked;
  const settings = settingsOf(checked);
  return definePattern({
    name: protocol === 'chat' ? 'minion' : 'minions',
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
        protocol === 'chat'
          ? await chat(ask, reading, settings.windowTokens)
          : await readRounds(ask, reading);
      const { extracts } = read;
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
      ask.progress({ kind: 'stage', pattern: 'minions', stage: 'answering' });
      return delegate(cloud, composeCall(rest, { question, extracts, ...remarksOf(read) }), {
        about,
        name: 'reduce',
        release: true,
        before: extracts.map(sourceOf),
        recover: error =>
          extractsAlone(extracts, { error, about: { ...about, answeredBy: local }, question }),
        review: text => review(ask, text, { question, extracts, judge }),
      });
    },
  });
}

function settingsOf(options: z.output<typeof minionsOptions>) {
  const { local, plan, concurrency, maxReleased, maxJobs, windowTokens, outline } = options;
  const { embedder, countTokens } = options;
  const declared = plan === 'plain' ? plainPlan : plan === 'planned' ? undefined : plan;
  return {
    lanes: concurrency,
    worker: isComposite(local) ? local : limit(local, { concurrency }),
    declared,
    maxReleased,
    maxRounds: options.maxRounds ?? (declared ? 1 : 3),
    maxJobs,
    windowTokens,
    showsOutline: outline,
    embedder,
    count: countTokens,
  };
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
