import type { CitedExtract } from '../../documents/cited-extract.ts';
import type { Document } from '../../documents/document.ts';
import { nearestPassages } from '../../documents/nearest-passages.ts';
import { retrievedTokens } from './ways.ts';

const passageCharacters = 800;

/** Finds the passages nearest to a question, up to a cap, in the order of the documents. */
export function retrieve(documents: readonly Document[], question: string): CitedExtract[] {
  const most = Math.floor((retrievedTokens * 4) / passageCharacters);
  const { passages } = nearestPassages(documents, question, most);
  const places = new Map(documents.map((document, index) => [document, index]));
  return passages
    .toSorted((a, b) => places.get(a.document)! - places.get(b.document)! || a.start - b.start)
    .map(({ start, end, text, document }, index) => ({
      start,
      end,
      text,
      document,
      id: `e${index + 1}`,
    }));
}
