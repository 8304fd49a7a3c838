import { TandemError } from '../model/errors.ts';
import type { MaskedSpan } from '../model/ports.ts';

type Compromise = (text: string) => {
  people(): { out(format: 'offset'): { offset: { start: number; length: number } }[] };
};

/**
 * Finds names of people in English text by the optional package `compromise`: for `personalDataMasker({ more })`.
 * It guesses: it misses names and takes some words for names.
 */
export function nameFinder(): (text: string) => Promise<MaskedSpan[]> {
  let loading: Promise<Compromise> | undefined;
  return async text => {
    loading ??= load();
    const nlp = await loading;
    return nlp(text)
      .people()
      .out('offset')
      .map(({ offset: { start, length } }) => trimmed(text, start, start + length))
      .filter(({ start, end }) => end > start);
  };
}

async function load(): Promise<Compromise> {
  try {
    const { default: nlp } = await import('compromise');
    return nlp as unknown as Compromise;
  } catch (cause) {
    const message = 'Finding names needs the package compromise. Run `npm install compromise`, or leave `more` out.';
    throw new TandemError('missing_package', message, { cause });
  }
}

// The library counts the punctuation after a name to it.
function trimmed(text: string, start: number, end: number): MaskedSpan {
  const found = text.slice(start, end);
  const head = /^[\s"'(]*/.exec(found)![0].length;
  const tail = /[\s"').,;:!?]*$/.exec(found)![0].length;
  return { start: start + head, end: Math.max(start + head, end - tail), kind: 'NAME' };
}
