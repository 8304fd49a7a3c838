import type { TextSpan } from '../../algorithms/text/text-span.ts';
import type { Passage } from '../cited-extract.ts';
import type { Document } from '../document.ts';
import { indexed, passageOf } from './document-index.ts';
import type { IndexedSentences, Meaning } from './meaning.ts';
import { type Nearest, nearestPassages } from './nearest-passages.ts';
import { rankSentences } from './rank-sentences.ts';
import { readSentences } from './read-sentences.ts';

/** Characters of a document of a page or two: its passages are too much of it to be near. */
export const shortDocument = 6000;
const mostSentences = 5;

/**
 * Ranks passages as `nearestPassages`, and of a page or two its sentences too where an embedder
 * compares them and no reranker reads again.
 */
export async function nearestIn(
  documents: readonly Document[],
  question: string,
  meaning: Meaning | undefined,
): Promise<Nearest> {
  const nearest = await nearestPassages(documents, question, { meaning });
  const size = documents.reduce((sum, { text }) => sum + text.length, 0);
  if (!meaning || meaning.rerank || size >= shortDocument) return nearest;
  const parts = await statementsOf(documents);
  const cosines = await meaning.compareSentences(parts, question);
  if (!cosines) return nearest;
  return { ...nearest, sentences: ranked(parts, cosines).slice(0, mostSentences) };
}

/**
 * Ranks the statements of short documents for a question, best first: by what is meant where an
 * embedder compares, else by the words that they share with it, those that share none left out.
 * What answers a question of the document itself stands with it; headings tell nothing.
 */
export async function nearestSentences(
  documents: readonly Document[],
  question: string,
  meaning: Meaning | undefined,
): Promise<Passage[]> {
  const parts = await statementsOf(documents);
  const cosines = await meaning?.compareSentences(parts, question);
  const byWords = () =>
    parts.map(({ document, spans }) => sharesOf(document.text, spans, question));
  return ranked(parts, cosines ?? byWords());
}

function statementsOf(documents: readonly Document[]): Promise<IndexedSentences[]> {
  return Promise.all(
    documents.map(async document => ({
      ...{ document, index: await indexed(document) },
      spans: statementsIn(document.text),
    })),
  );
}

function ranked(
  parts: readonly IndexedSentences[],
  scores: readonly (readonly number[])[],
): Passage[] {
  const scored = parts.flatMap(({ document, spans }, n) =>
    spans.map((span, at) => ({ passage: passageOf(document, span), score: scores[n]![at]! })),
  );
  return scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ passage }) => passage);
}

/** Whether a stretch of a text says something: a heading or a question alone does not. */
export function saysSomething(text: string, { start, end }: TextSpan): boolean {
  return readSentences(text).some(
    each => each.kind === 'statement' && each.start < end && start < each.end,
  );
}

function statementsIn(text: string): TextSpan[] {
  const sentences = readSentences(text);
  return sentences.flatMap(({ start, end, kind, context }, at) => {
    if (kind !== 'statement') return [];
    const before = sentences[at - 1];
    const answers = before?.kind === 'question' && context.includes(at - 1);
    return [{ start: answers ? before.start : start, end }];
  });
}

function sharesOf(text: string, spans: readonly TextSpan[], question: string): number[] {
  const ranked = rankSentences(text, question);
  return spans.map(({ start, end }) =>
    ranked.reduce(
      (most, each) => (start <= each.start && each.end <= end ? Math.max(most, each.score) : most),
      0,
    ),
  );
}
