import { takesFields } from '../../../src/entries/backends.ts';
import { definePattern, delegate, type LanguageModel } from '../../../src/index.ts';

/**
 * A model that is asked by its own name: what it gives is handed on, also calls that fit no tool
 * and an answer of nothing, because a client sees the same of its server without a gateway.
 */
export function alone(model: LanguageModel): LanguageModel {
  const about = { reason: 'the only model asked' };
  const made = definePattern({
    name: 'direct',
    modelId: model.modelId,
    models: [model],
    generate: async call =>
      delegate(model, call, { about, handsOnCalls: true, handsOnNothing: true }),
  });
  if (takesFields.of(model)) takesFields.note(made, true);
  return made;
}
