import { wordFinder } from '../algorithms/personal/find-words.ts';
import { findPersonalData } from '../algorithms/text/personal-data.ts';
import { type KeysOf, requireKnown, TandemError } from '../model/errors.ts';
import type { MaskedSpan, Masker } from '../model/run/ports.ts';
import type { PersonalDataFinder } from './personal-data-finder.ts';

/** Options of the built-in masker. */
export interface MaskerOptions {
  /** Kinds that are left as they are, such as `IP`. Default: none. */
  readonly except?: readonly string[];
  /**
   * Words that are masked wherever they stand, such as names of customers; letters of either case.
   * Default: none.
   */
  readonly words?: readonly string[];
  /**
   * Finds more: a local model (`modelFinder`), a library, a service, or several of them. A failure
   * denies the call.
   */
  readonly more?: PersonalDataFinder | readonly PersonalDataFinder[];
  /** Milliseconds that masking one call may take. Default: 2,000. */
  readonly timeoutMs?: number;
}

const maskerKeys: KeysOf<MaskerOptions> = {
  except: true,
  words: true,
  more: true,
  timeoutMs: true,
};

/**
 * Makes a masker of the built-in detectors: addresses, phones, cards, accounts, ids, keys and
 * passwords, as docs/masking.md lists them. It does not know names: give them as `words`, or find
 * them with `more`.
 * @example
 * ```ts
 * const masker = personalDataMasker({ words: ['Ada Lovelace'] });
 * await run({ masker }, async () => cloud.doGenerate(userCall('Write to ada@example.com.')));
 * ```
 */
export function personalDataMasker(options: MaskerOptions = {}): Masker {
  requireKnown('personalDataMasker', options, maskerKeys);
  const { except = [], words = [], more = [], timeoutMs } = options;
  const finders = typeof more === 'function' ? [more] : more;
  const findWords = words.length > 0 ? wordFinder(checkedWords(words)) : () => [];
  const own = (text: string): MaskedSpan[] => [
    ...findPersonalData(text).filter(({ kind }) => !except.includes(kind)),
    ...findWords(text),
  ];
  return {
    find(text, asked = {}) {
      const found = text.length <= windowLength ? own(text) : inWindows(text, own, asked.signal);
      if (finders.length === 0) return found;
      return Promise.all([found, ...finders.map(find => find(text, asked))]).then(all =>
        all.flat(),
      );
    },
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

// So many characters are looked at in one stretch; what is no longer than the overlap is found
// whole.
const windowLength = 32_768;
const overlap = 2048;

async function inWindows(
  text: string,
  find: (text: string) => readonly MaskedSpan[],
  signal: AbortSignal | undefined,
): Promise<MaskedSpan[]> {
  const found: MaskedSpan[] = [];
  for (let at = 0; at < text.length; at += windowLength - overlap) {
    signal?.throwIfAborted();
    for (const { start, end, kind } of find(text.slice(at, at + windowLength)))
      found.push({ start: at + start, end: at + end, kind });
    await new Promise(resolve => setImmediate(resolve));
  }
  return found;
}

function checkedWords(words: readonly string[]): readonly string[] {
  if (words.some(word => !/[^\s_-]/.test(word))) {
    throw new TandemError(
      'invalid_argument',
      '`words` holds an empty word, which would mask everything. Remove it.',
    );
  }
  return words;
}
