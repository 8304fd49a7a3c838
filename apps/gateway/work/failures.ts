import { leavesOf } from '../../../src/entries/runs.ts';
import type { Exchange } from '../exchange.ts';
import type { Work } from './prepare.ts';

interface Asked {
  readonly exchange: Exchange;
  readonly work: Work;
}

/**
 * Remembers a request whose run fails after some of its calls were finished, so that a repeat goes
 * on with that run. A client that went away has given up its request.
 */
export function keepForRepeat<T extends Promise<unknown> | AsyncGenerator<unknown>>(
  asked: Asked,
  work: T,
): T {
  return (work instanceof Promise ? watched(asked, work) : watchedParts(asked, work)) as T;
}

function watched<T>(asked: Asked, work: Promise<T>): Promise<T> {
  return work.catch(error => {
    noteFailure(asked);
    throw error;
  });
}

async function* watchedParts<T>(asked: Asked, parts: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield* parts;
  } catch (error) {
    noteFailure(asked);
    throw error;
  }
}

function noteFailure({ exchange, work }: Asked): void {
  if (exchange.signal.aborted) return;
  const root = work.finished()?.root;
  const hasFinished =
    root && leavesOf(root).some(leaf => leaf.error === undefined && leaf.tokens !== undefined);
  if (hasFinished) exchange.services.repeats.keep(exchange, work.runId);
}
