/** A running count of votes: how often each candidate was drawn, in the order of drawing. */
export interface Tally {
  readonly counts: ReadonlyMap<string, number>;
}

/** A tally without votes. */
export const emptyTally: Tally = { counts: new Map() };

/** Adds a vote (a new tally). */
export function addVote(tally: Tally, candidate: string): Tally {
  const counts = new Map(tally.counts);
  counts.set(candidate, (counts.get(candidate) ?? 0) + 1);
  return { counts };
}

/** Adds the votes of two tallies. */
export function addTally(a: Tally, b: Tally): Tally {
  const counts = new Map(a.counts);
  for (const [candidate, votes] of b.counts)
    counts.set(candidate, (counts.get(candidate) ?? 0) + votes);
  return { counts };
}

/**
 * Finds the candidate that leads all others by at least `k` votes (MAKER, Algorithm 2: first to
 * ahead by k).
 */
export function winner(tally: Tally, k: number): string | undefined {
  const { candidate, lead } = leader(tally);
  return candidate !== undefined && lead >= k ? candidate : undefined;
}

/**
 * Finds the candidate with most votes (of equals, the one drawn first) and its lead over the next.
 */
export function leader(tally: Tally): {
  candidate: string | undefined;
  votes: number;
  lead: number;
} {
  let candidate: string | undefined;
  let votes = 0;
  let second = 0;
  for (const [name, count] of tally.counts) {
    if (count > votes) {
      second = votes;
      votes = count;
      candidate = name;
    } else if (count > second) second = count;
  }
  return { candidate, votes, lead: votes - second };
}

/**
 * Tells how many more votes the leader needs at least to win: what can be drawn in parallel without
 * waste.
 */
export function votesNeeded(tally: Tally, k: number): number {
  return Math.max(0, k - leader(tally).lead);
}
