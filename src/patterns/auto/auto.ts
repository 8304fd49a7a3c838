import { rerankerBy } from '../../backends/served-reranker.ts';
import { readOptions } from '../../config/read-options.ts';
import { definePattern } from '../../model/pattern/define-pattern.ts';
import type { LanguageModel } from '../../model/types.ts';
import { type AutoOptions, autoOptions } from './options.ts';

/**
 * Answers from documents in the way that pays: whole to the cloud, whole on this device, by MINIONS
 * or by Chain of Agents; it decides from sizes, prices, labels and the question, before any call
 * and without one.
 * @example
 * ```ts
 * const model = auto({
 *   local,
 *   cloud,
 *   minions: minions({ local, cloud }),
 *   chain: chain({ worker: local, manager: cloud }),
 *   plain: direct(cloud),
 *   adviser: advise,
 * });
 * const answer = await model.doGenerate(documentCall('What changed?', [{ title: 'a.txt', text }]));
 * ```
 */
export function auto(given: AutoOptions): LanguageModel {
  const options = readOptions(autoOptions, given, 'auto');
  const { local, cloud, minions, chain, plain, embedder } = options;
  const reranker = rerankerBy(options.reranker, local);
  const finding = [embedder?.leaf, reranker?.leaf].filter(model => model !== undefined);
  return definePattern({
    name: 'auto',
    models: [local, cloud, minions, chain, plain, ...finding],
    baseline: cloud,
    // What reads is loaded with the first question.
    async generate(call, ask) {
      const { takeWay } = await import('./take-way.ts');
      return takeWay({ ...options, reranker }, call, ask);
    },
  });
}
