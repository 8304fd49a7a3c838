import type { CitedExtract, Passage } from '../../documents/cited-extract.ts';
import type { Document } from '../../documents/document.ts';
import type { Meaning } from '../../documents/finding/meaning.ts';
import { nearestPassages } from '../../documents/finding/nearest-passages.ts';
import { retrievedOnDevice, retrievedTokens } from './ways.ts';

const passageCharacters = 800;

// What nobody has read is at most so much of documents that may leave as extracts alone.
const mostShare = 0.2;

/** Finds the passages nearest to a question that a model on this device shall read. */
export async function retrieveHere(
  documents: readonly Document[],
  question: string,
  meaning?: Meaning,
): Promise<CitedExtract[]> {
  const most = Math.floor((retrievedOnDevice * 4) / passageCharacters);
  const { passages } = await nearestPassages(documents, question, { most, meaning });
  return inOrder(documents, passages);
}

/**
 * Finds the passages nearest to a question, up to a cap, in the order of the documents. Of
 * documents whose label lets extracts alone leave, they are at most a fifth: of one of a page or
 * two, none.
 */
export async function retrieve(
  documents: readonly Document[],
  question: string,
  meaning?: Meaning,
): Promise<CitedExtract[]> {
  const most = Math.floor((retrievedTokens * 4) / passageCharacters);
  const { passages } = await nearestPassages(documents, question, { most, meaning });
  const kept = documents.filter(({ label }) => label !== 'cloud-allowed');
  let room = mostShare * kept.reduce((sum, { text }) => sum + text.length, 0);
  const mayLeave = ({ document, text }: (typeof passages)[number]) => {
    if (!kept.includes(document)) return true;
    if (document.label === 'local-only' || text.length > room) return false;
    room -= text.length;
    return true;
  };
  return inOrder(documents, passages.filter(mayLeave));
}

function inOrder(documents: readonly Document[], passages: readonly Passage[]): CitedExtract[] {
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
