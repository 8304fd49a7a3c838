import type { ContentCipher } from './content-cipher.ts';
import type { RunStore } from './store.ts';

/** What a reader thought of the answer of a run. */
export interface RunRating {
  /** Id of the run. */
  readonly run: string;
  readonly rating: 'up' | 'down';
  /** Why, in the reader's words; content. */
  readonly comment?: string | undefined;
  /** What was asked, whole: of a run itself the first words alone are kept; content. */
  readonly prompt?: string | undefined;
  /** ISO time. */
  readonly at: string;
}

const kind = 'rating';
// Whose run it is stands in the run.
const owner = '';
const mostRatings = 100_000;

/** Keeps a rating in the place of an earlier one; without a cipher its words are not kept. */
export async function keepRating(
  store: RunStore,
  cipher: ContentCipher | undefined,
  { run, rating, at, comment, prompt }: RunRating,
): Promise<void> {
  const body = cipher ? cipher.seal(JSON.stringify({ comment, prompt })) : '';
  const head = JSON.stringify({ rating });
  await store.put({ kind, owner, id: run, at, head, size: body.length, body });
}

/** Reads the ratings of a store, oldest first. */
export async function readRatings(store: RunStore, cipher: ContentCipher): Promise<RunRating[]> {
  const ratings: RunRating[] = [];
  for (const { id, at, head } of await store.list(kind, owner, mostRatings)) {
    const { rating } = JSON.parse(head) as Pick<RunRating, 'rating'>;
    const body = String((await store.get(kind, owner, id))?.body ?? '');
    const words = body === '' ? {} : (JSON.parse(cipher.open(body)) as Partial<RunRating>);
    ratings.push({ run: id, rating, at, ...words });
  }
  return ratings.reverse();
}
