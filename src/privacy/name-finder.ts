import { TandemError } from '../model/errors.ts';
import type { PersonalDataFinder } from './personal-data-finder.ts';

interface Offset {
  readonly start: number;
  readonly length: number;
}

type Compromise = (text: string) => {
  people(): { out(format: 'offset'): { terms: { offset: Offset }[] }[] };
};

/**
 * Finds names of people in English text by the optional package `compromise`: for
 * `personalDataMasker({ more })`. It guesses: it misses names and takes some words for names.
 * @example
 * ```ts
 * const masker = personalDataMasker({ more: [nameFinder()] });
 * ```
 */
export function nameFinder(): PersonalDataFinder {
  let loading: Promise<Compromise> | undefined;
  return async text => {
    loading ??= load();
    const nlp = await loading;
    return nlp(text)
      .people()
      .out('offset')
      .flatMap(({ terms }) => {
        // The library's span of the whole name counts punctuation; those of its words do not.
        const [first, last] = [terms[0]?.offset, terms.at(-1)?.offset];
        return first && last
          ? [{ start: first.start, end: last.start + last.length, kind: 'NAME' }]
          : [];
      });
  };
}

async function load(): Promise<Compromise> {
  try {
    const { default: nlp } = await import('compromise');
    return nlp as unknown as Compromise;
  } catch (cause) {
    const message =
      'Finding names needs the package compromise. Run `npm install compromise`, or leave `more` ' +
      'out.';
    throw new TandemError('missing_package', message, { cause });
  }
}
