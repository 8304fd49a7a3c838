/** Says in which wording each vote of a step is asked for. */
export interface WordingTurns {
  /** The wording of the next sample. */
  next(): number;
  /** Counts the next sample in the order of asking, and gives its wording. */
  count(isFlagged: boolean): number;
}

// A wording whose answers were all flagged, so many of them, is asked for no more.
const mostFlagged = 2;

const only: WordingTurns = { next: () => 0, count: () => 0 };

/**
 * Lets wordings take turns. Where another one is answered validly, one that is refused each time
 * costs votes alone, and is passed over. Solvers and wordings go round at different speeds, so that
 * all pairs of them come up.
 */
export function wordingTurns(wordings: number, solvers: number): WordingTurns {
  if (wordings === 1) return only;
  const asked: number[] = [];
  // Flagged answers by wording; infinitely few once one was valid.
  const flagged: number[] = [];
  let counted = 0;
  let hasValid = false;
  const isSpent = (wording: number) => (flagged[wording] ?? 0) >= mostFlagged;
  return {
    next() {
      let wording = Math.floor(asked.length / solvers) % wordings;
      for (let ahead = 1; hasValid && ahead < wordings && isSpent(wording); ahead++)
        wording = (wording + 1) % wordings;
      asked.push(wording);
      return wording;
    },
    count(isFlagged) {
      const wording = asked[counted++]!;
      if (!isFlagged) hasValid = true;
      flagged[wording] = isFlagged ? (flagged[wording] ?? 0) + 1 : Number.NEGATIVE_INFINITY;
      return wording;
    },
  };
}
