import type { CitedExtract } from '../../documents/cited-extract.ts';
import type { Document } from '../../documents/document.ts';
import type { Nearest } from '../../documents/finding/nearest-passages.ts';
import { nearestExtracts } from '../../documents/found-alone.ts';
import { readsTasks } from '../../model/leaf/model/place.ts';
import type { LanguageModel } from '../../model/types.ts';

const most = 3;
// Of what may leave as extracts, passages that nobody has read are at most so much; documents of
// a page or two would leave whole.
const mostShare = 0.2;
const leastCharacters = 6000;

/**
 * The passages that go to the cloud beside the workers' finds, so that it is never worse off than
 * with a plain search: the nearest to the question, within the cap on what is released. Of
 * documents whose label lets extracts alone leave, they are at most a fifth.
 */
export async function passagesBeside(
  documents: readonly Document[],
  nearest: () => Promise<Nearest>,
  {
    extracts,
    maxReleased,
    cloud,
  }: {
    readonly extracts: readonly CitedExtract[];
    readonly maxReleased: number;
    readonly cloud: LanguageModel;
  },
): Promise<CitedExtract[]> {
  // A reader in place of the cloud composes of finds; it makes nothing of passages.
  if (readsTasks(cloud)) return [];
  const open = documents.filter(({ label }) => label !== 'local-only');
  const size = open.reduce((sum, { text }) => sum + text.length, 0);
  if (size < leastCharacters) return [];
  const released = extracts.reduce(
    (sum, { text, note }) => sum + text.length + (note?.length ?? 0),
    0,
  );
  const isFree = open.every(({ label }) => label === 'cloud-allowed');
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
