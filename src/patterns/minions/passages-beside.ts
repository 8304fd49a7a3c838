import { isInstruction } from '../../algorithms/text/is-instruction.ts';
import type { CitedExtract, Passage } from '../../documents/cited-extract.ts';
import type { Document } from '../../documents/document.ts';
import type { Nearest } from '../../documents/finding/nearest-passages.ts';
import { saysSomething, shortDocument } from '../../documents/finding/nearest-sentences.ts';
import { nearestExtracts } from '../../documents/found-alone.ts';
import { readsTasks } from '../../model/leaf/model/place.ts';
import type { LanguageModel } from '../../model/types.ts';
import type { Read } from './read-rounds.ts';

const most = 3;
// Of what may leave as extracts, passages that nobody has read are at most so much.
const mostShare = 0.2;
// Of a document of a page or two that is less than a few passages: its single sentences go.
const mostShort = 6;

/** How what is near a question is found. */
export interface NearBy {
  readonly passages: () => Promise<Nearest>;
  /** Of documents of a page or two. */
  readonly sentences: (documents: readonly Document[]) => Promise<readonly Passage[]>;
}

/**
 * The passages that go to the cloud beside the workers' finds, so that it is never worse off than
 * with a plain search: the nearest to the question, within the cap on what is released. Of
 * documents whose label lets extracts alone leave, they are at most a fifth; of a page or two
 * single sentences, and none where the workers read all of it and found something.
 */
export async function passagesBeside(
  documents: readonly Document[],
  near: NearBy,
  {
    extracts,
    failed,
    ranked,
    maxReleased,
    cloud,
  }: Pick<Read, 'extracts' | 'failed' | 'ranked'> & {
    readonly maxReleased: number;
    readonly cloud: LanguageModel;
  },
): Promise<CitedExtract[]> {
  // A reader in place of the cloud composes of finds; it makes nothing of passages.
  if (readsTasks(cloud)) return [];
  const open = documents.filter(({ label }) => label !== 'local-only');
  const size = open.reduce((sum, { text }) => sum + text.length, 0);
  const released = extracts.reduce(
    (sum, { text, note }) => sum + text.length + (note?.length ?? 0),
    0,
  );
  const isFree = open.every(({ label }) => label === 'cloud-allowed');
  const isShort = !isFree && size < shortDocument;
  const isAllRead = failed.length === 0 && ranked === 0;
  const isFound = () => extracts.some(each => saysSomething(each.document.text, each));
  if (isShort && isAllRead && isFound()) return [];
  const room = Math.min(maxReleased - released, isFree ? maxReleased : mostShare * size);
  const candidates = isShort
    ? (await near.sentences(open)).filter(({ text }) => !isInstruction(text))
    : (await near.passages()).passages.slice(0, most);
  const passages = fitting(
    candidates.filter(each => open.includes(each.document) && !isShown(each, extracts)),
    room,
  );
  return nearestExtracts({ passages });
}

// The nearest first, each that there is still room for.
function fitting(candidates: readonly Passage[], room: number): Passage[] {
  let left = room;
  const chosen: Passage[] = [];
  for (const passage of candidates) {
    if (chosen.length === mostShort || passage.text.length > left) continue;
    left -= passage.text.length;
    chosen.push(passage);
  }
  return chosen;
}

function isShown(passage: Passage, extracts: readonly CitedExtract[]): boolean {
  return extracts.some(
    ({ document, start, end }) =>
      document.id === passage.document.id && start <= passage.start && passage.end <= end,
  );
}
