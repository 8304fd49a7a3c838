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

/**
 * What is kept beside a run to judge it: what was asked, whole; what the model said that the run
 * did not ask; which of the two answers was right; the places of documents that its answer rests
 * on; the result of a long run, as its client reads it; and how often one was taken over.
 */
export type BesideRun = 'question' | 'other' | 'verdict' | 'evidence' | 'result' | 'handed-on';

/** Something kept beside a run, in a list. */
export interface BesideHead {
  /** Id of the run. */
  readonly run: string;
  /** ISO time. */
  readonly at: string;
  /** Facts that are no content. */
  readonly facts: Readonly<Record<string, string>>;
}

// These are kept as ratings are, each part as an owner's: they go with their runs.

/** What is to be kept beside a run. */
export interface BesideRunKept {
  readonly facts: BesideHead['facts'];
  /** JSON; absent where there is none. */
  readonly content?: unknown;
}

/** Keeps something beside a run, in the place of what was there; content comes sealed to disk. */
export async function keepBeside(
  store: RunStore,
  cipher: ContentCipher | undefined,
  { run, part, at, facts, content }: BesideRunKept & Omit<BesideHead, 'facts'> & Named,
): Promise<void> {
  const body = cipher && content !== undefined ? cipher.seal(JSON.stringify(content)) : '';
  const head = JSON.stringify(facts);
  await store.put({ kind, owner: part, id: run, at, head, size: body.length, body });
}

interface Named {
  readonly part: BesideRun;
}

/** Lists what is kept beside runs, newest first; contents apart. */
export async function listBeside(
  store: RunStore,
  part: BesideRun,
  limit = mostRatings,
): Promise<BesideHead[]> {
  const heads = await store.list(kind, part, limit);
  return heads.map(({ id, at, head }) => ({ run: id, at, facts: JSON.parse(head) }));
}

/** Reads the content of what is kept beside a run; undefined where there is none. */
export async function readBeside(
  store: RunStore,
  cipher: ContentCipher,
  { run, part }: Named & Pick<BesideHead, 'run'>,
): Promise<unknown> {
  const body = String((await store.get(kind, part, run))?.body ?? '');
  return body === '' ? undefined : JSON.parse(cipher.open(body));
}
