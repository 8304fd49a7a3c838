import type { TextSpan } from './text-span.ts';

/** Where a quote stands in a text, in offsets of the text as it was given. */
export interface QuoteLocation extends TextSpan {
  /** True if the text there is the quote, unit by unit. */
  readonly exact: boolean;
}

/**
 * Finds a quote in a text: as it is; then with white space, quotation marks, dashes, ligatures and composed letters
 * levelled; then without regard to case. Time grows with the sum of both lengths. Returns the first place, if any.
 */
export function locateQuote(text: string, quote: string): QuoteLocation | undefined {
  const wanted = quote.trim();
  if (wanted === '') return undefined;
  const start = find(text, wanted);
  if (start >= 0) return { start, end: start + wanted.length, exact: true };
  const levelText = level(text, false);
  return (
    locateLevelled(levelText, stripMarks(level(wanted, false).text)) ??
    // Levelled again rather than lower-cased: some letters change their length.
    locateLevelled(level(text, true), stripMarks(level(wanted, true).text))
  );
}

interface Levelled {
  readonly text: string;
  /** Where each unit of the levelled text came from; one more for its end. */
  readonly origins: Uint32Array;
}

function locateLevelled(source: Levelled, quote: string): QuoteLocation | undefined {
  const at = quote === '' ? -1 : find(source.text, quote);
  if (at < 0) return undefined;
  const last = at + quote.length - 1;
  let after = last + 1;
  // A letter may have become several units: the end is where the next letter starts.
  while (source.origins[after] === source.origins[last]) after++;
  const gap = source.text[last + 1] === ' ' ? source.spaceEnds?.get(last + 1) : undefined;
  return { start: source.origins[at]!, end: gap ?? source.origins[after]!, exact: false };
}
