import { nodeCrypto } from '../node-crypto.ts';

/**
 * Replaces values by placeholders, and placeholders by values: stable within a run, useless outside
 * it.
 */
export interface Placeholders {
  /** Makes sure that there is a secret, before the first value is replaced. */
  ready(): Promise<void>;
  /**
   * The placeholder of a value: letters, digits and underscores only, so that no model breaks it.
   */
  placeholderOf(value: string, kind: string): string;
  /** All placeholders so far, with the values behind them. */
  entries(): Iterable<readonly [string, string]>;
  /** The value behind a placeholder of this run. */
  valueOf(placeholder: string): string | undefined;
}

/** What every placeholder looks like. */
export const placeholderPattern = /MASKED_[A-Z]{2,12}_[0-9a-f]{12}/g;

const longest = 'MASKED_'.length + 12 + 1 + 12;
// Any beginning of a placeholder, at the end of a text.
const beginning = /M(?:A(?:S(?:K(?:E(?:D(?:_(?:[A-Z]{0,12}(?:_[0-9a-f]{0,12})?)?)?)?)?)?)?)?$/;

/**
 * Makes the placeholders of a run; without its secret nobody can tell which value one stands for.
 * The secret is asked for once, before the first value: most runs mask nothing.
 */
export function placeholdersOf(secretOf: () => string | Promise<string>): Placeholders {
  let secret = '';
  const valueByPlaceholder = new Map<string, string>();
  return {
    async ready() {
      if (secret === '') secret = await secretOf();
    },
    placeholderOf(value, kind) {
      const mark = nodeCrypto()
        .createHmac('sha256', secret)
        .update(value)
        .digest('hex')
        .slice(0, 12);
      const placeholder = `MASKED_${kind.replace(/[^A-Z]/g, '').slice(0, 12) || 'DATA'}_${mark}`;
      valueByPlaceholder.set(placeholder, value);
      return placeholder;
    },
    entries: () => valueByPlaceholder.entries(),
    valueOf: placeholder => valueByPlaceholder.get(placeholder),
  };
}

/**
 * How many characters at the end of a text may be the beginning of a placeholder, and must wait for
 * the rest.
 */
export function unfinished(text: string): number {
  const match = beginning.exec(text.slice(-longest));
  if (!match) return 0;
  // A whole one waits for nothing.
  return /^MASKED_[A-Z]{2,12}_[0-9a-f]{12}$/.test(match[0]) ? 0 : match[0].length;
}
