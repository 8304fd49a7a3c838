import { nodeCrypto } from '../../node-crypto.ts';

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
  /** The latest values that were replaced, at most so many, each with its kind. */
  known(most: number): readonly (readonly [value: string, kind: string])[];
}

// Models write an underscore escaped, or as another space or dash, and letters of the other case.
const joints = String.raw`[\\_\s\u200b\u2010-\u2015\uff3f-]`;
const joint = `${joints}{1,3}`;

/** What every placeholder looks like, also as models write it. */
export const placeholderPattern = new RegExp(
  String.raw`MASKED${joint}[A-Z]{2,12}${joint}[0-9a-f](?:\r?\n?[0-9a-f]){11}`,
  'gi',
);

const whole = new RegExp(`^${placeholderPattern.source}$`, 'i');
const longest = 'MASKED_'.length + 12 + 1 + 12 + 4;
// Any beginning of a placeholder, at the end of a text.
const beginning = new RegExp(
  String.raw`M(?:A(?:S(?:K(?:E(?:D(?:${joints}{0,3}(?:[A-Z]{0,12}` +
    String.raw`(?:${joints}{1,3}[0-9a-f\r\n]{0,14})?)?)?)?)?)?)?)?$`,
  'i',
);

/**
 * Makes the placeholders of a run; without its secret nobody can tell which value one stands for.
 * The secret is asked for once, before the first value: most runs mask nothing.
 */
export function placeholdersOf(secretOf: () => string | Promise<string>): Placeholders {
  let secret = '';
  const valueByPlaceholder = new Map<string, string>();
  const markByValue = new Map<string, string>();
  return {
    async ready() {
      if (secret === '') secret = await secretOf();
    },
    placeholderOf(value, kind) {
      const mark = markByValue.get(value) ?? markOf(value, secret);
      markByValue.set(value, mark);
      const placeholder = `MASKED_${kind.replace(/[^A-Z]/g, '').slice(0, 12) || 'DATA'}_${mark}`;
      valueByPlaceholder.set(placeholder, value);
      return placeholder;
    },
    entries: () => valueByPlaceholder.entries(),
    valueOf: placeholder => valueByPlaceholder.get(placeholder),
    known: most =>
      [...valueByPlaceholder]
        .slice(-most)
        .map(([placeholder, value]) => [value, placeholder.split('_')[1] ?? 'DATA'] as const),
  };
}

function markOf(value: string, secret: string): string {
  return nodeCrypto().createHmac('sha256', secret).update(value).digest('hex').slice(0, 12);
}

/** A placeholder as it was made, of one as a model wrote it. */
export function asMade(written: string): string {
  const [, kind = '', mark = ''] =
    /^MASKED[^A-Z]+([A-Z]+)[^A-Z]+?([0-9a-f\s]+)$/i.exec(written) ?? [];
  return `MASKED_${kind.toUpperCase()}_${mark.replace(/\s/g, '').toLowerCase()}`;
}

/**
 * How many characters at the end of a text may be the beginning of a placeholder, and must wait for
 * the rest.
 */
export function unfinished(text: string): number {
  const match = beginning.exec(text.slice(-longest));
  if (!match) return 0;
  // A whole one waits for nothing.
  return whole.test(match[0]) ? 0 : match[0].length;
}
