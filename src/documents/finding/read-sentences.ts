import { atOnce } from '../../algorithms/at-once.ts';
import { delimiterOf, isHead } from '../../algorithms/finding/table-rows.ts';
import { startsEntry } from '../../algorithms/text/line-blocks.ts';
import { sentenceSpans } from '../../algorithms/text/sentences.ts';
import { contentTerms } from '../../algorithms/text/terms.ts';
import { cutSpan, type TextSpan, trimSpan } from '../../algorithms/text/text-span.ts';

/** A sentence of a text, and what is lent to it. */
export interface ReadSentence extends TextSpan {
  /** Its content terms, in order. */
  readonly terms: readonly string[];
  readonly kind: 'statement' | 'heading' | 'question';
  /** What stands before it in the same paragraph, and the headings above it, by position. */
  readonly context: readonly number[];
}

// How far a heading reaches, in sentences.
const reach = 40;
// A line without sentence marks (minified, a table without breaks) is cut, so that a citation stays
// readable.
const longest = 600;

/** Reads the sentences of a text, whatever will be asked of them. */
export function readSentences(text: string): ReadSentence[] {
  return atOnce(readingSentences(text));
}

// So many are read in a millisecond or two.
const slice = 64;

/** Reads the sentences of a text as `readSentences` does, in slices. */
export function* readingSentences(text: string): Generator<void, ReadSentence[]> {
  const sentences: ReadSentence[] = [];
  const above: Above = { heading: undefined, head: undefined };
  const delimiter = delimiterOf(text) ?? '\t';
  for (const span of spansOf(text)) {
    const index = sentences.length;
    if (index % slice === slice - 1) yield;
    const before = sentences[index - 1];
    const table = tableAt(text, span, { delimiter, head: above.head });
    const lent = before && lends(text, before, span) ? index - 1 : undefined;
    sentences.push({
      start: span.start,
      end: span.end,
      terms: contentTerms(text.slice(span.start, span.end)),
      kind: table === 'head' ? 'heading' : kindOf(text, span),
      context: contextOf(above, { before: lent, index }),
    });
    above.head = headAfter(table, index, above.head);
    if (leads(text, span)) above.heading = index;
  }
  return sentences;
}

/** What stands above a sentence, by position: a heading that reaches it, the head of its table. */
interface Above {
  heading: number | undefined;
  /** `none` within a table that has none. */
  head: number | 'none' | undefined;
}

function contextOf(
  { heading, head }: Above,
  { before, index }: { readonly before: number | undefined; readonly index: number },
): number[] {
  const reaching = heading !== undefined && index - heading < reach ? heading : undefined;
  const own = head === 'none' ? undefined : head;
  return [...new Set([before, reaching, own])].filter(position => position !== undefined);
}

// A row of a table means nothing without its head, and a head says nothing without a row.
function isRow(text: string, { start, end }: TextSpan, delimiter: string): boolean {
  return text.slice(start, end).includes(delimiter);
}

// What stands first in a table and holds amounts is a row like the others.
function headsTable(text: string, { start, end }: TextSpan, delimiter: string): boolean {
  const [, below = ''] = text.slice(end, end + 400).split('\n', 2);
  return below.includes(delimiter) && isHead(text.slice(start, end), delimiter);
}

type TablePlace = 'head' | 'first' | 'row' | undefined;

function tableAt(
  text: string,
  span: TextSpan,
  { delimiter, head }: { readonly delimiter: string; readonly head: Above['head'] },
): TablePlace {
  if (!isRow(text, span, delimiter)) return undefined;
  if (head !== undefined) return 'row';
  return headsTable(text, span, delimiter) ? 'head' : 'first';
}

function headAfter(table: TablePlace, index: number, head: Above['head']): Above['head'] {
  if (table === 'head') return index;
  return table === 'first' ? 'none' : table && head;
}

function spansOf(text: string): TextSpan[] {
  return sentenceSpans(text)
    .flatMap(span => (span.end - span.start > longest ? cutSpan(text, span, longest) : [span]))
    .map(span => trimSpan(text, span))
    .filter(span => span.end > span.start);
}

// Entries of a list or log stand alone; any text may follow on the one before it in the same
// paragraph.
function lends(text: string, before: TextSpan, own: TextSpan): boolean {
  if (asks.test(text[before.end - 1]!)) return true;
  return !startsEntry(text, own.start) && !/\n[ \t\r]*\n/.test(text.slice(before.end, own.start));
}

const asks = /[?？؟]/;
const ends = /[.!?;,。．！？；，、؟۔।…]/;

function kindOf(text: string, span: TextSpan): ReadSentence['kind'] {
  if (asks.test(text[span.end - 1]!)) return 'question';
  const isTitle =
    leads(text, span) &&
    (text[span.start] === '#' || /^[ \t\r]*\n[ \t\r]*\n/.test(rest(text, span)));
  return isTitle ? 'heading' : 'statement';
}

// A heading, or a short line above others that it may belong to.
function leads(text: string, span: TextSpan): boolean {
  const { start, end } = span;
  if (/^#{1,6}\s/.test(text.slice(start, start + 8))) return true;
  if (end - start >= 80 || ends.test(text[end - 1]!) || !/^[ \t\r]*\n/.test(rest(text, span)))
    return false;
  // Above a page number alone there is no heading.
  if (!/\p{L}/u.test(text.slice(end, end + 200))) return false;
  return text[end - 1] === ':' || !startsEntry(text, start);
}

function rest(text: string, { end }: TextSpan): string {
  return text.slice(end, end + 12);
}
