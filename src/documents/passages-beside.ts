import { placeOf, readsTasks } from '../model/leaf/model/place.ts';
import type { LanguageModel } from '../model/types.ts';
import type { CitedExtract } from './cited-extract.ts';
import type { Document } from './document.ts';
import type { Nearest } from './finding/nearest-passages.ts';
import { nearestExtracts } from './found-alone.ts';

const most = 3;
// Of what may leave as extracts, passages that nobody has read are at most so much; documents of
// a page or two would leave whole.
const mostShare = 0.2;
const leastCharacters = 6000;

/**
 * The passages that go to the model that answers, beside the workers' finds, so that it is never
 * worse off than with a plain search: the nearest to the question, within the cap on what is
 * released. Of documents whose label lets extracts alone leave, they are at most a fifth; where
 * that model runs on this device nothing leaves, and all are open to it.
 */
export async function passagesBeside(
  documents: readonly Document[],
  nearest: () => Promise<Nearest>,
  {
    extracts,
    maxReleased,
    answering,
  }: {
    readonly extracts: readonly CitedExtract[];
    readonly maxReleased: number;
    readonly answering: LanguageModel;
  },
): Promise<CitedExtract[]> {
  // A reader in place of the cloud composes of finds; it makes nothing of passages.
  if (readsTasks(answering)) return [];
  const isHere = placeOf(answering) === 'device';
  const open = documents.filter(({ label }) => isHere || label !== 'local-only');
  const size = open.reduce((sum, { text }) => sum + text.length, 0);
  if (!isHere && size < leastCharacters) return [];
  const released = extracts.reduce(
    (sum, { text, note }) => sum + text.length + (note?.length ?? 0),
    0,
  );
  const isFree = isHere || open.every(({ label }) => label === 'cloud-allowed');
  let room = Math.min(maxReleased - released, isFree ? maxReleased : mostShare * size);
  const chosen: CitedExtract[] = [];
  for (const passage of nearestExtracts(await nearest()).slice(0, most)) {
    if (!open.includes(passage.document) || passage.text.length > room) continue;
    if (isShown(passage, extracts)) continue;
    room -= passage.text.length;
    chosen.push(passage);
  }
  return chosen;
}

function isShown(passage: CitedExtract, extracts: readonly CitedExtract[]): boolean {
  return extracts.some(
    ({ document, start, end }) =>
      document.id === passage.document.id && start <= passage.start && passage.end <= end,
  );
}
