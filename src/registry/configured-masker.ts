import type { ConfiguredFinder, PrivacyConfig } from '../config/schema.ts';
import type { Masker } from '../model/run/ports.ts';
import type { LanguageModel } from '../model/types.ts';
import { modelFinder } from '../privacy/model-finder.ts';
import { nameFinder } from '../privacy/name-finder.ts';
import type { PersonalDataFinder } from '../privacy/personal-data-finder.ts';
import { personalDataMasker } from '../privacy/personal-data-masker.ts';
import { presidioFinder } from '../privacy/presidio-finder.ts';
import { tagFinder } from '../privacy/tag-finder.ts';

// A model on a processor reads a page in some seconds.
const modelMs = 60_000;
const serviceMs = 10_000;

/**
 * Makes the masker that a configuration wants: the built-in detectors, its `words` and its
 * `finders`. `find` gives the model of a name. @throws TandemError
 * @example
 * ```ts
 * const masker = configuredMasker({ words: ['Ada Lovelace'], finders: ['names'] }, () => local);
 * ```
 */
export function configuredMasker(
  { words = [], finders = [] }: PrivacyConfig,
  find: (name: string) => LanguageModel,
): Masker {
  const more = finders.map(each => finderOf(each, find));
  const hasModel = finders.some(each => typeof each === 'object' && 'model' in each);
  return personalDataMasker({
    words,
    ...(more.length > 0 && { more, timeoutMs: hasModel ? modelMs : serviceMs }),
  });
}

function finderOf(
  given: ConfiguredFinder,
  find: (name: string) => LanguageModel,
): PersonalDataFinder {
  if (given === 'names') return nameFinder();
  if ('model' in given) return modelFinder(find(given.model));
  if ('presidio' in given) {
    const { presidio: endpoint, ...options } = given;
    return presidioFinder({ endpoint, ...options });
  }
  const { tags: endpoint, ...options } = given;
  return tagFinder({ endpoint, ...options });
}
