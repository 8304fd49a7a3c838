import { sentencesIn } from '../../algorithms/text/locate-answer.ts';
import type { Passage } from '../cited-extract.ts';
import type { Document } from '../document.ts';
import { indexed, passageOf } from './document-index.ts';
import type { Meaning } from './meaning.ts';
import { rankSentences } from './rank-sentences.ts';

/**
 * Ranks the sentences of short documents for a question, best first: by what is meant where an
 * embedder compares, else by the words that they share with it, those that share none left out.
 */
export async function nearestSentences(
  documents: readonly Document[],
  question: string,
  meaning: Meaning | undefined,
): Promise<Passage[]> {
  const parts = await Promise.all(
    documents.map(async document => ({
      ...{ document, index: await indexed(document) },
      spans: sentencesIn(document.text),
    })),
  );
  const cosines = await meaning?.compareSentences(parts, question);
  const scored = parts.flatMap(({ document, spans }, n) =>
    cosines
      ? spans.map((span, at) => ({ passage: passageOf(document, span), score: cosines[n]![at]! }))
      : rankSentences(document.text, question).map(span => ({
          passage: passageOf(document, { start: span.start, end: span.end }),
          score: span.score,
        })),
  );
  return scored.sort((a, b) => b.score - a.score).map(({ passage }) => passage);
}
