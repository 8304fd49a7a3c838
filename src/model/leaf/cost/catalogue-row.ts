import type { Price } from '../../run/limits.ts';

/** What a model costs by its vendor's public list, in US dollars per million tokens. */
export interface ListPrice extends Price {
  /** What the whole call costs where its input has more tokens than `above`. */
  readonly long?: Price & { readonly above: number };
}

/** A model of the catalogue. */
export interface Listing {
  /**
   * In lower case. After one with `+` a date or a version may follow, after one with `*` anything.
   */
  readonly names: readonly string[];
  readonly price: ListPrice;
  /** Context window in tokens. */
  readonly contextTokens?: number;
}

/**
 * Reads a row: names; input, cached input and output; context window; the same rates of inputs
 * above so many tokens. `-` stands for what is not known:
 * `gpt-4.1 gpt-4.1-2025-04-14 | 2 0.5 8 | 1000000`.
 */
export function readRow(row: string): Listing {
  const [names = '', rates = '', context = '-', longer] = row.split(' | ');
  const long = longer?.split(' ');
  return {
    names: names.split(' '),
    price: {
      ...ratesIn(rates.split(' ')),
      ...(long && { long: { above: Number(long[0]), ...ratesIn(long.slice(1)) } }),
    },
    ...(context !== '-' && { contextTokens: Number(context) }),
  };
}

function ratesIn([input, cachedInput, output]: readonly string[]) {
  return {
    input: Number(input),
    ...(cachedInput !== '-' && { cachedInput: Number(cachedInput) }),
    output: Number(output),
  };
}
