import { type AskedTerms, askedTerms } from '../algorithms/finding/asked-terms.ts';
import { delimiterOf, isHead } from '../algorithms/finding/table-rows.ts';
import { startsEntry } from '../algorithms/text/line-blocks.ts';
import { sentenceSpans } from '../algorithms/text/sentences.ts';
import { contentTerms } from '../algorithms/text/terms.ts';
import { cutSpan, type TextSpan, trimSpan } from '../algorithms/text/text-span.ts';
import { searchTerms } from './search-terms.ts';

/** A sentence with how well it answers a question. */
export interface RankedSentence extends TextSpan {
  readonly text: string;
  /**
   * Share of the question's content terms that it holds, weighted by their rarity in the text,
   * 0..1.
   */
  readonly score: number;
  /** BM25+ of the sentence among those found; orders sentences of equal score. */
  readonly bm25: number;
}

// What a heading or the sentence before lends to a sentence that only says "it".
const lent = 0.5;
// How far a heading reaches, in sentences.
const reach = 40;
// A heading or a question holds the words that were asked for, but tells nothing: it stays below
// what does.
const untelling = 0.4;
// What a known identifier counts, of the whole question.
const hint = 0.25;
// A line without sentence marks (minified, a table without breaks) is cut, so that a citation stays
// readable.
const longest = 600;

/**
 * Ranks the sentences of a text for a question, best first; those without a term of it are left
 * out. `hints` are further terms (from facts already known) that count a quarter.
 */
export function rankSentences(
  text: string,
  question: string,
  hints: readonly string[] = [],
): RankedSentence[] {
  const sought = askedTerms(question);
  const asked = sought.terms;
  if (asked.length === 0) return [];
  const hinted = new Set(hints.flatMap(contentTerms).filter(isIdentifier));
  for (const term of asked) hinted.delete(term);
  const sentences = scan(text, { sought, hinted });
  const scale = scaleOf(sentences, asked.length);
  const ranked: RankedSentence[] = [];
  for (const sentence of sentences) {
    const score = scoreOf(sentence, scale);
    if (score <= 0) continue;
    const { start, end } = sentence.span;
    ranked.push({ start, end, text: text.slice(start, end), score, bm25: 0 });
  }
  return inOrder(ranked, asked);
}

function inOrder(found: readonly RankedSentence[], asked: readonly string[]): RankedSentence[] {
  const bm25ByIndex = searchTerms(
    found.map(({ text }) => contentTerms(text)),
    asked,
  );
  const ranked = found.map((sentence, index) => ({
    ...sentence,
    bm25: bm25ByIndex.get(index) ?? 0,
  }));
  return ranked.sort((a, b) => b.score - a.score || b.bm25 - a.bm25 || a.start - b.start);
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

type Kind = 'statement' | 'heading' | 'question';

interface Sentence {
  readonly span: TextSpan;
  /** How often it holds each asked term, in the order of the question; empty if it holds none. */
  readonly counts: readonly number[];
  readonly isHinted: boolean;
  readonly kind: Kind;
  /** What stands before it in the same paragraph, and the heading above it. */
  readonly context: readonly Sentence[];
}

interface RankScale {
  /** Rarity of each asked term in the text. */
  readonly rarities: readonly number[];
  readonly whole: number;
}

function scan(
  text: string,
  { sought, hinted }: { sought: AskedTerms; hinted: ReadonlySet<string> },
): Sentence[] {
  const sentences: Sentence[] = [];
  const above: Above = { heading: undefined, head: undefined };
  const delimiter = delimiterOf(text) ?? '\t';
  for (const span of spansOf(text)) {
    const before = sentences.at(-1);
    const table = tableAt(text, span, { delimiter, head: above.head });
    const sentence: Sentence = {
      span,
      ...termsIn(text, span, { sought, hinted }),
      kind: table === 'head' ? 'heading' : kindOf(text, span),
      context: contextOf(above, {
        before: before && lends(text, before.span, span) ? before : undefined,
        index: sentences.length,
      }),
    };
    above.head = headAfter(table, sentence, above.head);
    if (leads(text, span)) above.heading = { sentence, index: sentences.length };
    sentences.push(sentence);
  }
  return sentences;
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

function headAfter(table: TablePlace, sentence: Sentence, head: Above['head']): Above['head'] {
  if (table === 'head') return sentence;
  return table === 'first' ? 'none' : table && head;
}

/** What stands above a sentence: a heading that reaches it, and the head of its table. */
interface Above {
  heading: { readonly sentence: Sentence; readonly index: number } | undefined;
  /** `none` within a table that has none. */
  head: Sentence | 'none' | undefined;
}

function contextOf(
  { heading, head }: Above,
  { before, index }: { readonly before: Sentence | undefined; readonly index: number },
): Sentence[] {
  const reaching = heading && index - heading.index < reach ? heading.sentence : undefined;
  const own = head === 'none' ? undefined : head;
  return [...new Set([before, reaching, own])].filter(sentence => sentence !== undefined);
}

function spansOf(text: string): TextSpan[] {
  return sentenceSpans(text)
    .flatMap(span => (span.end - span.start > longest ? cutSpan(text, span, longest) : [span]))
    .map(span => trimSpan(text, span))
    .filter(span => span.end > span.start);
}

const noCounts: readonly number[] = [];

function termsIn(
  text: string,
  { start, end }: TextSpan,
  { sought, hinted }: { sought: AskedTerms; hinted: ReadonlySet<string> },
): Pick<Sentence, 'counts' | 'isHinted'> {
  const terms = contentTerms(text.slice(start, end));
  let counts: number[] | undefined;
  let isHinted = false;
  for (const term of terms) {
    const index = sought.indexOf(term);
    if (index !== undefined) {
      counts ??= sought.terms.map(() => 0);
      counts[index]!++;
    } else if (hinted.has(term)) isHinted = true;
  }
  return { counts: counts ?? noCounts, isHinted };
}

function scaleOf(sentences: readonly Sentence[], askedTerms: number): RankScale {
  const total = sentences.length;
  const rarities = Array.from({ length: askedTerms }, (_, index) => {
    // A term that the text does not hold counts as if it stood once: else a tiny text could not
    // answer anything.
    const count = Math.max(
      1,
      sentences.reduce((sum, { counts }) => sum + (counts[index] ? 1 : 0), 0),
    );
    return Math.log(1 + (total - count + 0.5) / (count + 0.5));
  });
  return { rarities, whole: rarities.reduce((sum, rarity) => sum + rarity, 0) };
}

function scoreOf(
  { counts, context, isHinted, kind }: Sentence,
  { rarities, whole }: RankScale,
): number {
  const extra = isHinted ? hint : 0;
  // Borrowed words alone prove nothing, but for the answer that stands below its question.
  const isNamed =
    counts.length > 0 ||
    context.some(before => before.kind === 'question' && before.counts.length > 0);
  if (!isNamed) return extra;
  let held = 0;
  for (const [index, rarity] of rarities.entries()) {
    if (counts[index]) held += rarity;
    else if (context.some(before => before.counts[index])) held += lent * rarity;
  }
  return Math.min(1, held / whole + extra) * (kind === 'statement' ? 1 : untelling);
}

// Entries of a list or log stand alone; any text may follow on the one before it in the same
// paragraph.
function lends(text: string, before: TextSpan, own: TextSpan): boolean {
  if (text[before.end - 1] === '?') return true;
  return !startsEntry(text, own.start) && !/\n[ \t\r]*\n/.test(text.slice(before.end, own.start));
}

function kindOf(text: string, span: TextSpan): Kind {
  if (text[span.end - 1] === '?') return 'question';
  const isTitle =
    leads(text, span) &&
    (text[span.start] === '#' || /^[ \t\r]*\n[ \t\r]*\n/.test(rest(text, span)));
  return isTitle ? 'heading' : 'statement';
}

// A heading, or a short line above others that it may belong to.
function leads(text: string, span: TextSpan): boolean {
  const { start, end } = span;
  if (/^#{1,6}\s/.test(text.slice(start, start + 8))) return true;
  if (end - start >= 80 || /[.!?;,]/.test(text[end - 1]!) || !/^[ \t\r]*\n/.test(rest(text, span)))
    return false;
  return text[end - 1] === ':' || !startsEntry(text, start);
}

function rest(text: string, { end }: TextSpan): string {
  return text.slice(end, end + 12);
}

// Only names of one thing make a bridge between facts: numbers with letters, or letters with a
// joint.
function isIdentifier(term: string): boolean {
  return /\d/.test(term) ? term.length > 3 : /[-_./]/.test(term);
}
