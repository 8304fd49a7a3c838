import { findPersonalData, type PersonalDatum } from '../algorithms/text/personal-data.ts';
import { type KeysOf, requireKnown, TandemError } from '../model/errors.ts';
import type { MaskedSpan, Masker } from '../model/run/ports.ts';

/** Options of the built-in masker. */
export interface MaskerOptions {
  /** Kinds that are left as they are, such as `IP`. Default: none. */
  readonly except?: readonly string[];
  /**
   * Words that are masked wherever they stand, such as names of customers; letters of either case.
   * Default: none.
   */
  readonly words?: readonly string[];
  /** Finds more: a local model, a library, a service. Its failure denies the call. */
  readonly more?: (text: string) => readonly MaskedSpan[] | Promise<readonly MaskedSpan[]>;
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
 * Makes a masker of the built-in detectors: e-mail, phone, card, IBAN, national ids, IP addresses,
 * keys and tokens, with checksums where the format has any. It does not know names: give them as
 * `words`, or find them with `more`.
 */
export function personalDataMasker(options: MaskerOptions = {}): Masker {
  requireKnown('personalDataMasker', options, maskerKeys);
  const { except = [], words = [], more, timeoutMs } = options;
  const byWord = wordPattern(words);
  const own = (text: string): PersonalDatum[] => [
    ...findPersonalData(text).filter(({ kind }) => !except.includes(kind)),
    ...(byWord ? [...text.matchAll(byWord)].map(match => spanOf(match)) : []),
  ];
  return {
    find(text) {
      const found = own(text);
      if (!more) return found;
      return Promise.resolve(more(text)).then(others => [...found, ...others]);
    },
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

function wordPattern(words: readonly string[]): RegExp | undefined {
  if (words.some(word => word.trim() === '')) {
    throw new TandemError(
      'invalid_argument',
      '`words` holds an empty word, which would mask everything. Remove it.',
    );
  }
  if (words.length === 0) return undefined;
  const longestFirst = [...words].sort((a, b) => b.length - a.length);
  const escaped = longestFirst.map(word => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
}

function spanOf({ index, 0: found }: RegExpExecArray): PersonalDatum {
  return { start: index, end: index + found.length, kind: 'WORD' };
}
