import { relevance } from '../algorithms/relevance.ts';
import type { CitedExtract } from './cited-extract.ts';

/**
 * Chooses what may be released: equal passages once, the most relevant to the question first until the cap is
 * reached, then in the order of the document, with ids `e1`, `e2`, …
 */
export function selectExtracts(
  found: readonly Omit<CitedExtract, 'id'>[],
  { question, maxCharacters }: { question: string; maxCharacters: number },
): CitedExtract[] {
  const byPlace = new Map(found.map(extract => [`${extract.document.id}:${extract.start}-${extract.end}`, extract]));
  const scored = [...byPlace.values()].map(extract => ({
    extract,
    score: relevance(`${extract.text} ${extract.note ?? ''}`, question),
  }));
  scored.sort((a, b) => b.score - a.score || a.extract.start - b.extract.start);
  let room = maxCharacters;
  const kept = scored.filter(({ extract }) => {
    const size = extract.text.length + (extract.note?.length ?? 0);
    if (size <= room) room -= size;
    else return false;
    return true;
  });
  const order = [...new Set(found.map(extract => extract.document))];
  return kept
    .map(({ extract }) => extract)
    .sort((a, b) => order.indexOf(a.document) - order.indexOf(b.document) || a.start - b.start)
    .map((extract, index) => ({ ...extract, id: `e${index + 1}` }));
}
