import { isSpace, type TextSpan } from './text-span.ts';

/** Where a quote stands in a text, in offsets of the text as it was given. */
export interface QuoteLocation extends TextSpan {
  /** True if the text there is the quote, unit by unit. */
  readonly exact: boolean;
}

/**
 * Finds a quote in a text: as it is; then with white space, quotation marks, dashes, ligatures and
 * composed letters levelled and invisible marks left out; then without regard to case; then without
 * hyphens within words, which may have come from a line that was full, and without the marks of
 * notes. Returns the first place, if any.
 */
export function locateQuote(text: string, quote: string): QuoteLocation | undefined {
  const wanted = quote.trim();
  if (wanted === '') return undefined;
  const start = text.indexOf(wanted);
  if (start >= 0) return { start, end: start + wanted.length, exact: true };
  return (
    locateLevelled(text, wanted, letter => letter) ??
    locateLevelled(text, wanted, lower) ??
    (mayBeJoined(text) ? locateLevelled(text, wanted, lower, true) : undefined)
  );
}

type Fold = (letter: string) => string;

const lower: Fold = letter => letter.toLowerCase();

function mayBeJoined(text: string): boolean {
  return /\p{L}-\s|[⁰¹²³⁴-⁹]/u.test(text);
}

function locateLevelled(
  text: string,
  quote: string,
  fold: Fold,
  isJoined = false,
): QuoteLocation | undefined {
  const sought = stripMarks(level(quote, fold, isJoined).text);
  if (sought === '') return undefined;
  const source = level(text, fold, isJoined);
  const at = source.text.indexOf(sought);
  if (at < 0) return undefined;
  return { start: source.origins[at]!, end: source.ends[at + sought.length - 1]!, exact: false };
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

// Soft hyphens, zero-width spaces and joiners, marks of direction: seen by nobody, dropped by
// models.
const invisible = /^[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069]$/;

// A letter may become several units, all of which stand where it stood; a run of white space
// becomes one space.
function level(text: string, fold: Fold, isJoined: boolean): Levelled {
  const units: string[] = [];
  const origins: number[] = [];
  const ends: number[] = [];
  for (let at = 0, next = 0; at < text.length; at = next) {
    const letter =
      text.charCodeAt(at) < 128 ? text[at]! : String.fromCodePoint(text.codePointAt(at)!);
    next = at + letter.length;
    const isBlank = isSpace(text.charCodeAt(at));
    if (isBlank && units.at(-1) === ' ') {
      ends[ends.length - 1] = next;
      continue;
    }
    const skipped = isJoined ? skippedAt(text, at) : at;
    if (skipped > at) {
      next = skipped;
      continue;
    }
    const written = isBlank ? ' ' : fold(writtenAt(text, at, letter));
    units.push(...written);
    for (const _ of written) {
      origins.push(at);
      ends.push(next);
    }
  }
  return { text: units.join(''), origins, ends };
}

function writtenAt(text: string, at: number, letter: string): string {
  return isMark(text, at) ? `^${plain(letter)}` : plain(letter);
}

const raised = /[⁰¹²³⁴-⁹]/;

// A raised digit after another is the mark of a note or a power, and no further digit of it.
function isMark(text: string, at: number): boolean {
  return raised.test(text[at]!) && /[\d⁰¹²³⁴-⁹]/.test(text[at - 1] ?? '');
}

// Where the text goes on behind a hyphen within a word, with the break of its line, or behind the
// mark of a note.
function skippedAt(text: string, at: number): number {
  if (text[at] === '-' && /\p{L}/u.test(text[at - 1] ?? '')) {
    let next = at + 1;
    while (isSpace(text.charCodeAt(next))) next++;
    if (/\p{L}/u.test(text[next] ?? '')) return next;
  }
  return raised.test(text[at]!) && /[\p{L}\d⁰¹²³⁴-⁹.]/u.test(text[at - 1] ?? '') ? at + 1 : at;
}

// Composed and decomposed letters, ligatures and wide forms come out alike; accents stay.
function plain(letter: string): string {
  if (letter.charCodeAt(0) < 128) return letter;
  return levelled[letter] ?? (invisible.test(letter) ? '' : letter.normalize('NFKD'));
}

// Models like to wrap a quote in quotation marks or to end it with an ellipsis.
function stripMarks(quote: string): string {
  let start = 0;
  let end = quote.length;
  while (start < end && `"'. `.includes(quote[start]!)) start++;
  while (end > start && `"' `.includes(quote[end - 1]!)) end--;
  if (quote.endsWith('...', end)) while (end > start && `"'. `.includes(quote[end - 1]!)) end--;
  return quote.slice(start, end);
}
