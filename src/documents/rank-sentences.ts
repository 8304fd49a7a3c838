import { sentenceSpans } from '../algorithms/sentences.ts';
import { contentTerms } from '../algorithms/terms.ts';
import { type TextSpan, trimSpan } from '../algorithms/text-span.ts';

/** A sentence with how well it answers a question. */
export interface RankedSentence extends TextSpan {
  readonly text: string;
  /** Share of the question's content terms that it holds, weighted by their rarity in the text, 0..1. */
  readonly score: number;
  /** BM25 of the sentence among the sentences of the text; orders sentences of equal score. */
  readonly bm25: number;
}

interface Scored {
  readonly span: TextSpan;
  readonly terms: readonly string[];
}

// BM25 with its usual constants; sentences are short, so length matters little.
const saturation = 1.2;
const lengthWeight = 0.4;
// What a heading or the sentence before lends to a sentence that only says "it".
const lent = 0.5;

/**
 * Ranks the sentences of a text for a question, best first; those without a term of it are left out.
 * `hints` are further terms (from facts already known) that count a quarter.
 */
export function rankSentences(text: string, question: string, hints: readonly string[] = []): RankedSentence[] {
  const asked = [...new Set(contentTerms(question))];
  const hinted = [...new Set(hints.flatMap(contentTerms))].filter(term => isIdentifier(term) && !asked.includes(term));
  if (asked.length === 0) return [];
  const sentences = sentenceSpans(text)
    .map(span => trimSpan(text, span))
    .filter(span => span.end > span.start)
    .map(span => ({ span, terms: contentTerms(text.slice(span.start, span.end)) }));
  const rarity = rarityIn(sentences, [...asked, ...hinted]);
  const whole = asked.reduce((sum, term) => sum + rarity(term), 0);
  const meanLength = sentences.reduce((sum, { terms }) => sum + terms.length, 0) / Math.max(1, sentences.length);
  const ranked = sentences.map((sentence, index): RankedSentence => {
    const context = contextOf(text, sentences, index);
    const own = new Set(sentence.terms);
    let held = 0;
    for (const term of asked)
      if (own.has(term)) held += rarity(term);
      else if (context.has(term)) held += lent * rarity(term);
    const isNamed = held > 0 && asked.some(term => own.has(term));
    const hint = hinted.some(term => own.has(term)) ? 0.25 : 0;
    const score = isNamed ? Math.min(1, held / whole + hint) : hint;
    const { start, end } = sentence.span;
    return {
      start,
      end,
      text: text.slice(start, end),
      score,
      bm25: bm25(sentence.terms, { asked, rarity, meanLength }),
    };
  });
  return ranked
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || b.bm25 - a.bm25 || a.start - b.start);
}

function rarityIn(sentences: readonly Scored[], terms: readonly string[]): (term: string) => number {
  const counts = new Map(terms.map(term => [term, 0]));
  for (const sentence of sentences) {
    for (const term of new Set(sentence.terms)) if (counts.has(term)) counts.set(term, counts.get(term)! + 1);
  }
  const total = sentences.length;
  return term => {
    const count = counts.get(term) ?? 0;
    return Math.log(1 + (total - count + 0.5) / (count + 0.5));
  };
}

function bm25(
  terms: readonly string[],
  { asked, rarity, meanLength }: { asked: readonly string[]; rarity: (term: string) => number; meanLength: number },
): number {
  let sum = 0;
  for (const term of asked) {
    const count = terms.filter(own => own === term).length;
    const norm = saturation * (1 - lengthWeight + (lengthWeight * terms.length) / Math.max(1, meanLength));
    sum += (rarity(term) * count * (saturation + 1)) / (count + norm);
  }
  return sum;
}

// The sentence before, within the same paragraph, and the heading above.
function contextOf(text: string, sentences: readonly Scored[], index: number): ReadonlySet<string> {
  const { start } = sentences[index]!.span;
  const context = new Set<string>();
  const before = sentences[index - 1];
  if (before && !/\n\s*\n/.test(text.slice(before.span.end, start))) for (const term of before.terms) context.add(term);
  for (let at = index - 1; at >= 0 && at > index - 40; at--) {
    const { span, terms } = sentences[at]!;
    if (!isHeading(text, span)) continue;
    for (const term of terms) context.add(term);
    break;
  }
  return context;
}

function isHeading(text: string, { start, end }: TextSpan): boolean {
  if (text.startsWith('#', start)) return true;
  return end - start < 80 && !/[.!?:]$/.test(text.slice(start, end)) && /^\s*\n/.test(text.slice(end, end + 3));
}

// Only names of one thing make a bridge between facts: numbers with letters, or letters with a joint.
function isIdentifier(term: string): boolean {
  return /\d/.test(term) ? term.length > 3 : /[-_./]/.test(term);
}
