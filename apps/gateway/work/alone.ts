import { definePattern, delegate, type LanguageModel } from '../../../src/index.ts';

/**
 * A model that is asked by its own name: what it gives is handed on, also calls that fit no tool
 * and an answer of nothing, because a client sees the same of its server without a gateway.
 */
export function alone(model: LanguageModel): LanguageModel {
  const about = { reason: 'the only model asked' };
  return definePattern({
    name: 'direct',
    modelId: model.modelId,
    models: [model],
    generate: async call =>
      delegate(model, call, { about, handsOnCalls: true, handsOnNothing: true }),
  });
}
