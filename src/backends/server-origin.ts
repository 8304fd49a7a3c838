import { defineFact } from '../model/leaf/model/model-record.ts';
import type { LanguageModel } from '../model/types.ts';

const origins = defineFact<string>('origin');

/** Notes which server answers for a model: `http://127.0.0.1:11434`. */
export function noteOrigin<Model extends LanguageModel>(model: Model, endpoint: string): Model {
  origins.note(model, new URL(endpoint).origin);
  return model;
}

/**
 * Tells which server answers for a model; `undefined` of one without, or one that is found when it
 * is first asked.
 */
export function originOf(model: LanguageModel): string | undefined {
  return origins.of(model);
}
