import type { Sequence, Token } from './engine.ts';

/** The sequences of one context, lent to one call each. */
export interface SequencePool {
  /**
   * Lends a free sequence, the one that has read most of these tokens already; waits while all are
   * taken. Rejects with the signal's reason.
   */
  take(tokens: readonly Token[], signal: AbortSignal | undefined): Promise<Sequence>;
  give(sequence: Sequence): void;
}

interface Waiter {
  readonly tokens: readonly Token[];
  readonly resolve: (sequence: Sequence) => void;
}

/** Makes a pool of sequences. */
export function sequencePool(sequences: readonly Sequence[]): SequencePool {
  const free = new Set(sequences);
  const waiting = new Set<Waiter>();
  const lend = (tokens: readonly Token[]): Sequence | undefined => {
    let best: Sequence | undefined;
    let most = -1;
    for (const sequence of free) {
      const shared = sharedPrefix(sequence.contextTokens, tokens);
      if (shared > most) [best, most] = [sequence, shared];
    }
    if (best) free.delete(best);
    return best;
  };
  return {
    async take(tokens, signal) {
      signal?.throwIfAborted();
      const sequence = lend(tokens);
      if (sequence) return sequence;
      const { promise, resolve, reject } = Promise.withResolvers<Sequence>();
      const waiter = { tokens, resolve };
      waiting.add(waiter);
      const leave = () => {
        waiting.delete(waiter);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      return promise.finally(() => signal?.removeEventListener('abort', leave));
    },
    give(sequence) {
      free.add(sequence);
      const [next] = waiting;
      if (!next) return;
      waiting.delete(next);
      next.resolve(lend(next.tokens)!);
    },
  };
}

/** Counts the tokens at the beginning that two texts share. */
export function sharedPrefix(a: readonly Token[], b: readonly Token[]): number {
  const most = Math.min(a.length, b.length);
  let shared = 0;
  while (shared < most && a[shared] === b[shared]) shared++;
  return shared;
}
