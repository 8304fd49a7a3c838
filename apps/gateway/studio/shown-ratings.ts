import type { FileJournal } from '../../../src/entries/runs.ts';

/** What people said of runs, by their ids: `up` or `down`, or which answer of a pair was right. */
export type RatingByRun = ReadonlyMap<string, string>;

// Lists ask for it with every page.
const heldMs = 1000;
const mostListed = 100_000;

/** Reads what people said of the runs of a journal, once a second at most, while somebody asks. */
export function openShownRatings(
  journal: FileJournal | undefined,
  now: () => number,
): () => Promise<RatingByRun> {
  let held: Promise<RatingByRun> = Promise.resolve(new Map());
  let untilMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (journal && now() >= untilMs) {
      untilMs = now() + heldMs;
      held = readRatings(journal);
    }
    return held;
  };
}

async function readRatings({ store, listBeside }: FileJournal): Promise<RatingByRun> {
  const [thumbs, verdicts] = await Promise.all([
    store.list('rating', '', mostListed),
    listBeside('verdict'),
  ]);
  return new Map([
    ...thumbs.map(({ id, head }) => [id, String(JSON.parse(head).rating)] as const),
    ...verdicts.map(({ run, facts }) => [run, facts.right ?? ''] as const),
  ]);
}
