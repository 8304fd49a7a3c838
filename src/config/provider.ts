import { nearest } from '../algorithms/nearest.ts';
import { TandemError } from '../model/errors.ts';
import { isComposite } from '../model/leaf/model/place.ts';
import { direct } from '../model/pattern/direct.ts';
import type { RunOptions } from '../model/run/scope.ts';
import { withinRun } from '../model/run/within-run.ts';
import { type LanguageModel, NoSuchModelError } from '../model/types.ts';
import type { ResolvedConfig } from './resolve-config.ts';

/**
 * A configuration as a provider of the AI SDK: it names patterns and models as other providers name
 * models.
 */
export interface TandemProvider {
  (name: string): LanguageModel;
  readonly specificationVersion: 'v4';
  /** Finds a pattern or model. @throws NoSuchModelError with the nearest name */
  languageModel(name: string): LanguageModel;
  /** Always throws: there are none. */
  embeddingModel(name: string): never;
  /** Always throws: there are none. */
  imageModel(name: string): never;
}

/**
 * Makes a provider of a configuration; what the configuration says of runs holds for every call.
 */
export function providerOf(resolved: ResolvedConfig, options: () => RunOptions): TandemProvider {
  const made = new Map<string, LanguageModel>();
  const languageModel = (name: string): LanguageModel => {
    const known = made.get(name);
    if (known) return known;
    const found = findOrRefuse(resolved, name);
    const model = withinRun(isComposite(found) ? found : direct(found), options);
    made.set(name, model);
    return model;
  };
  const none = (modelType: 'embeddingModel' | 'imageModel') => (modelId: string) => {
    throw new NoSuchModelError({ modelId, modelType });
  };
  return Object.assign((name: string) => languageModel(name), {
    specificationVersion: 'v4' as const,
    languageModel,
    embeddingModel: none('embeddingModel'),
    imageModel: none('imageModel'),
  }) as TandemProvider;
}

function findOrRefuse(resolved: ResolvedConfig, name: string): LanguageModel {
  try {
    return resolved.find(name);
  } catch (error) {
    if (!TandemError.isInstance(error) || error.code !== 'unknown_name') throw error;
    const near = nearest(name, resolved.names);
    const advice = near ? ` Did you mean "${near}"?` : '';
    const message = `The configuration has no model or pattern "${name}".${advice}`;
    throw new NoSuchModelError({ modelId: name, modelType: 'languageModel', message });
  }
}
