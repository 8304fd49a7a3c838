import { chunkByParagraph } from '../../algorithms/text/chunk.ts';
import { contentTerms } from '../../algorithms/text/terms.ts';
import type { CitedExtract } from '../../documents/cited-extract.ts';
import type { Document } from '../../documents/document.ts';
import { searchTerms } from '../../documents/search-terms.ts';
import { retrievedTokens } from './ways.ts';

const passageCharacters = 1500;

/**
 * Finds the passages that share most with a question (BM25+), up to a cap, in the order of the
 * documents.
 */
export function retrieve(documents: readonly Document[], question: string): CitedExtract[] {
  const passages = documents.flatMap(document =>
    chunkByParagraph(document.text, { maxCharacters: passageCharacters }).map(chunk => ({
      ...chunk,
      document,
    })),
  );
  const scores = searchTerms(
    passages.map(({ text }) => contentTerms(text)),
    [...new Set(contentTerms(question))],
  );
  const ranked = [...scores].sort(([a, left], [b, right]) => right - left || a - b);
  const most = Math.floor((retrievedTokens * 4) / passageCharacters);
  const best = ranked.slice(0, most).map(([index]) => index);
  return best
    .sort((a, b) => a - b)
    .map((index, place) => ({ ...passages[index]!, id: `e${place + 1}` }));
}
