import { sourceOf } from '../../documents/cited-extract.ts';
import { composeCall } from '../../documents/compose-call.ts';
import { extractsAlone } from '../../documents/extracts-alone.ts';
import { nothingFound } from '../../documents/nothing-found.ts';
import { passagesOf } from '../../documents/passages.ts';
import { readCall } from '../../documents/read-call.ts';
import { requireDocument } from '../../documents/require-document.ts';
import { selectExtracts } from '../../documents/select-extracts.ts';
import { definePattern } from '../../model/define-pattern.ts';
import { requireWhole } from '../../model/errors.ts';
import { limit } from '../../model/limit.ts';
import { handOff, settle } from '../../model/outcome.ts';
import { isComposite } from '../../model/place.ts';
import type { LanguageModel } from '../../model/types.ts';
import { type JobPlan, jobsOf } from './jobs.ts';
import { planJobs } from './plan-jobs.ts';
import { type JobResults, runJobs } from './run-jobs.ts';

/** Options of MINIONS. */
export interface MinionsOptions {
  /** Reads the chunks, on this device. */
  readonly local: LanguageModel;
  /** Writes the jobs and answers from the extracts; it never sees the document. */
  readonly cloud: LanguageModel;
  /** A declared plan for a question, instead of the cloud's. */
  readonly plan?: (question: string) => JobPlan;
  /** Jobs at a time, 1 or more; a pattern as worker bounds itself. Default: 8. */
  readonly concurrency?: number;
  /** Characters of extracts that may leave, 200 or more. Default: 12,000. */
  readonly maxReleased?: number;
}

/**
 * Answers from a long document that stays here: the cloud writes jobs, local workers read all chunks in parallel, and
 * the cloud answers from a capped selection of checked quotes. Source: MinionS (arXiv:2502.15964), one round.
 */
export function minions(options: MinionsOptions): LanguageModel {
  const { local, cloud } = options;
  const concurrency = requireWhole('concurrency', options.concurrency ?? 8, 1, 'Use 1 to read chunk by chunk.');
  const maxReleased = requireWhole('maxReleased', options.maxReleased ?? 12_000, 200, 'It is a count of characters.');
  const worker = isComposite(local) ? local : limit(local, { concurrency });
  return definePattern({
    name: 'minions',
    models: [local, cloud],
    baseline: cloud,
    ignores: ['tools'],
    async generate(call, ask) {
      const { question, documents, call: rest } = await readCall(call, ask.documents);
      requireDocument('minions', documents);
      for (const { id, title, label, text } of documents) ask.reads({ id, title, label, characters: text.length });
      const { plan, origin } = options.plan
        ? { plan: options.plan(question), origin: 'declared jobs' }
        : await planJobs(ask, cloud, { question, documents });
      const passages = passagesOf(documents, plan.chunking);
      const results = await runJobs(ask, worker, jobsOf(plan, passages));
      const extracts = selectExtracts(results.found, { question, maxCharacters: maxReleased });
      const about = {
        reason: `${origin}; ${describe(results, extracts.length)}`,
        coverage: { chunks: passages.length, read: results.read, cited: new Set(extracts.map(e => e.start)).size },
        ...(results.count.failed > 0 && { degraded: true }),
      };
      if (extracts.length === 0 && call.responseFormat?.type !== 'json')
        return settle(nothingFound(), { ...about, answeredBy: local });
      return handOff(cloud, composeCall(rest, { question, extracts }), {
        about,
        name: 'reduce',
        release: true,
        before: extracts.map(sourceOf),
        recover: error => extractsAlone(extracts, { error, about: { ...about, answeredBy: local }, question }),
      });
    },
  });
}

function describe({ found, count }: JobResults, released: number): string {
  const dropped = [
    ...(count.unsupported > 0 ? [`${count.unsupported} without a true citation dropped`] : []),
    ...(count.malformed > 0 ? [`${count.malformed} malformed`] : []),
    ...(count.failed > 0 ? [`${count.failed} chunks unread`] : []),
  ];
  return [`${found.length} extracts found, ${released} released`, ...dropped].join(', ');
}
