import { isSpace, type TextSpan } from './text-span.ts';

/** Where a quote stands in a text, in offsets of the text as it was given. */
export interface QuoteLocation extends TextSpan {
  /** True if the text there is the quote, unit by unit. */
  readonly exact: boolean;
}

/**
 * Finds a quote in a text: as it is; then with white space, quotation marks and dashes levelled; then without regard
 * to case. Time grows with the sum of both lengths. Returns the first place, if any.
 */
export function locateQuote(text: string, quote: string): QuoteLocation | undefined {
  const wanted = quote.trim();
  if (wanted === '') return undefined;
  const start = text.indexOf(wanted);
  if (start >= 0) return { start, end: start + wanted.length, exact: true };
  const source = level(text);
  const sought = stripMarks(level(wanted).text);
  if (sought === '') return undefined;
  const at = indexOfEither(source.text, sought);
  if (at < 0) return undefined;
  const last = at + sought.length - 1;
  return { start: source.origins[at]!, end: source.ends[last]!, exact: false };
}

interface Levelled {
  readonly text: string;
  /** Where the original of each levelled unit starts and ends. */
  readonly origins: readonly number[];
  readonly ends: readonly number[];
}

const levelled: Readonly<Record<string, string>> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201a': "'",
  '\u201b': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u201e': '"',
  '\u00ab': '"',
  '\u00bb': '"',
  '\u2010': '-',
  '\u2011': '-',
  '\u2012': '-',
  '\u2013': '-',
  '\u2014': '-',
  '\u2015': '-',
  '\u2212': '-',
};

// One unit becomes one unit, but for runs of white space: so origins are exact.
function level(text: string): Levelled {
  const units: string[] = [];
  const origins: number[] = [];
  const ends: number[] = [];
  for (let at = 0; at < text.length; at++) {
    if (isSpace(text.charCodeAt(at))) {
      if (units.at(-1) === ' ') {
        ends[ends.length - 1] = at + 1;
        continue;
      }
      units.push(' ');
    } else units.push(levelled[text[at]!] ?? text[at]!);
    origins.push(at);
    ends.push(at + 1);
  }
  return { text: units.join(''), origins, ends };
}

// Models like to wrap a quote in quotation marks or to end it with an ellipsis.
function stripMarks(quote: string): string {
  return quote.trim().replace(/^["'.… ]+|["'… ]+$|\.{3,}$/g, '');
}

function indexOfEither(text: string, quote: string): number {
  const at = text.indexOf(quote);
  if (at >= 0) return at;
  const lowerText = text.toLowerCase();
  // Some letters change their length in lower case; offsets would then be wrong.
  return lowerText.length === text.length ? lowerText.indexOf(quote.toLowerCase()) : -1;
}
