// Long enough to cost little, short enough to keep a server responsive.
const turnMs = 4;

// The one event loop of the process: each round of it has a turn for one caller, in the order of
// asking.
let lastTurn: Promise<void> = Promise.resolve();

/**
 * Shares the event loop out: the returned function waits for the caller's first turn, then returns
 * at once until the turn is used up and waits for the next. It rejects with the signal's reason
 * after an abort.
 */
export function eventLoopTurns(signal: AbortSignal | undefined): () => Promise<void> | undefined {
  let begun = Number.NEGATIVE_INFINITY;
  const wait = async () => {
    lastTurn = lastTurn.then(() => new Promise(resolve => setImmediate(resolve)));
    await lastTurn;
    signal?.throwIfAborted();
    begun = performance.now();
  };
  return () => {
    signal?.throwIfAborted();
    return performance.now() - begun < turnMs ? undefined : wait();
  };
}
