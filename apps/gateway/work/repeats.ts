import { hash } from 'node:crypto';
import type { Exchange } from '../exchange.ts';

/**
 * Remembers requests that failed half-way, for a short time. Clients repeat a failed request by
 * themselves; the repeat goes on with the run of the first, so that what was finished is not paid
 * again.
 */
export interface Repeats {
  /** The run of an equal request that has failed, if there is one; it is then forgotten. */
  take(request: Pick<Exchange, 'caller' | 'bytes'>): string | undefined;
  keep(request: Pick<Exchange, 'caller' | 'bytes'>, runId: string): void;
}

const keptMs = 120_000;
const mostKept = 1000;

/** Opens the memory of failed requests. */
export function openRepeats(now: () => number): Repeats {
  const kept = new Map<string, { readonly runId: string; readonly untilMs: number }>();
  return {
    take(request) {
      // A hash of every body is saved while nothing has failed.
      if (kept.size === 0) return undefined;
      const key = keyOf(request);
      const found = kept.get(key);
      kept.delete(key);
      return found && found.untilMs >= now() ? found.runId : undefined;
    },
    keep(request, runId) {
      for (const [key, { untilMs }] of kept) {
        if (untilMs >= now() && kept.size < mostKept) break;
        kept.delete(key);
      }
      kept.set(keyOf(request), { runId, untilMs: now() + keptMs });
    },
  };
}

function keyOf({ caller, bytes }: Pick<Exchange, 'caller' | 'bytes'>): string {
  return `${caller.name} ${hash('sha256', bytes)}`;
}
