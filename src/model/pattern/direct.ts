import type { LanguageModel } from '../types.ts';
import { definePattern, delegate } from './define-pattern.ts';

/**
 * Gives a single model the door of a pattern: retries, budget, trace and summary, with nothing
 * decided.
 * @example
 * ```ts
 * const answer = await direct(cloud).doGenerate(userCall('Hello'));
 * console.log(summaryOf(answer)?.costUsd);
 * ```
 */
export function direct(model: LanguageModel): LanguageModel {
  return definePattern({
    name: 'direct',
    // It is that model still, by name and price.
    modelId: model.modelId,
    models: [model],
    generate: async call =>
      delegate(model, call, { about: { reason: 'the only model asked' }, handsOnCalls: true }),
  });
}
