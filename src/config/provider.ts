import { nearest } from '../algorithms/nearest.ts';
import { TandemError } from '../model/errors.ts';
import { isComposite } from '../model/leaf/model/place.ts';
import { direct } from '../model/pattern/direct.ts';
import type { RunOptions } from '../model/run/scope.ts';
import { withinRun } from '../model/run/within-run.ts';
import { type EmbeddingModel, type LanguageModel, NoSuchModelError } from '../model/types.ts';
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
  /**
   * Finds an embedding model that the configuration names under `gateway.embeddings`. @throws
   * NoSuchModelError with the nearest name
   */
  embeddingModel(name: string): EmbeddingModel;
  /** Always throws: there are none. */
  imageModel(name: string): never;
}

/**
 * Makes a provider of a configuration; what the configuration says of runs holds for every call.
 */
export function providerOf(
  resolved: ResolvedConfig,
  options: () => RunOptions,
  embeddings: ReadonlyMap<string, () => EmbeddingModel> = new Map(),
): TandemProvider {
  const made = new Map<string, LanguageModel>();
  const languageModel = (name: string): LanguageModel => {
    const known = made.get(name);
    if (known) return known;
    const found = findOrRefuse(resolved, name);
    const model = withinRun(isComposite(found) ? found : direct(found), options);
    made.set(name, model);
    return model;
  };
  const embeddingModel = (name: string): EmbeddingModel => {
    const found = embeddings.get(name);
    if (!found) throw noEmbedding(name, [...embeddings.keys()]);
    return found();
  };
  const imageModel = (modelId: string) => {
    throw new NoSuchModelError({ modelId, modelType: 'imageModel' });
  };
  return Object.assign((name: string) => languageModel(name), {
    specificationVersion: 'v4' as const,
    languageModel,
    embeddingModel,
    imageModel,
  }) as TandemProvider;
}

function noEmbedding(modelId: string, names: readonly string[]): NoSuchModelError {
  const near = nearest(modelId, names);
  const advice = near
    ? `Did you mean "${near}"?`
    : 'Name it under `gateway.embeddings`, with `model` and `endpoint`.';
  const message = `The configuration has no embedding model "${modelId}". ${advice}`;
  return new NoSuchModelError({ modelId, modelType: 'embeddingModel', message });
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
