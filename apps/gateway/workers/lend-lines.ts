import { openStore, type RunStore } from '../../../src/entries/runs.ts';
import { TandemError } from '../../../src/index.ts';
import { answerInTime, type BatchAsker, type LineOutcome } from '../batch/answer-line.ts';
import type { BatchLine } from '../batch/batch-lines.ts';
import { type AskedWorkers, type Handing, needsOf, openWorkers } from './ask-workers.ts';
import { isForHere } from './is-for-here.ts';
import { openFitting } from './worker-registry.ts';

/** Lines of a gateway's batches: workers answer those that one fits, the gateway the others. */
export interface Lending extends AsyncDisposable {
  /** Lines of a batch that may wait for workers at the same time. */
  readonly lanes: number;
  /** Answers a line, here within the turns of the batch. @throws the signal's reason */
  answer(lent: LentLine, turns: Turns): Promise<LineOutcome>;
  /** Takes what was lent of a batch out of the queue. */
  forget(batchId: string): Promise<void>;
}

/** A line, and who asks it. */
export interface LentLine {
  readonly asker: BatchAsker;
  readonly line: BatchLine;
  readonly signal: AbortSignal;
}

/** So many at a time. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

const againMs = 30_000;
const lookMs = 5000;

/** Opens what hands lines to workers on the store of a gateway; nothing is asked of it before. */
export function openLending(given: Pick<Handing, 'path' | 'key'>): Lending {
  const ways = waysToWorkers({ ...given, needs: [], areCallers: true });
  const lent = new Set<LentLine & { readonly back: AbortController }>();
  // What the last worker that fits has left is answered here.
  const look = async () => {
    for (const each of lent) if (!(await ways.isFor(each))) each.back.abort();
  };
  const looking = setInterval(() => void look(), lookMs).unref();
  const lend = async (asked: AskedWorkers, given: LentLine) => {
    const { asker, line, signal } = given;
    const back = new AbortController();
    const stop = () => back.abort();
    const each = { ...given, back };
    signal.addEventListener('abort', stop, { once: true });
    lent.add(each);
    try {
      return await asked.answer(asker, line, back.signal);
    } catch (error) {
      // Taken back, or given up in the queue: what is finished of it is in its run.
      signal.throwIfAborted();
      if (TandemError.isInstance(error) && error.code === 'store_busy') await ways.close(asked);
      return undefined;
    } finally {
      lent.delete(each);
      signal.removeEventListener('abort', stop);
    }
  };
  return {
    lanes: 500,
    async answer(given, turns) {
      const { asker, line, signal } = given;
      if (await isForHere(given)) return turns(() => answerInTime(asker, line, signal));
      let asked = await ways.open(given);
      const here = () => answerInTime(asker, line, signal);
      if (!asked) {
        const outcome = await turns(async () => {
          signal.throwIfAborted();
          // A worker may have come while it waited for its turn.
          asked = await ways.open(given);
          return asked ? undefined : here();
        });
        if (outcome) return outcome;
      }
      return (asked && (await lend(asked, given))) ?? turns(here);
    },
    forget: batchId => ways.forget(batchId),
    async [Symbol.asyncDispose]() {
      clearInterval(looking);
      await ways.close();
    },
  };
}

// Nothing is made in the store before a worker is there.
function waysToWorkers(handing: Handing) {
  let registry: RunStore | undefined;
  let fits: ((needs: readonly string[]) => Promise<boolean>) | undefined;
  let opened: Promise<AskedWorkers | undefined> | undefined;
  let openedMs = Number.NEGATIVE_INFINITY;
  const isFor = ({ asker, line }: LentLine) => {
    registry ??= openStore(handing.path, { patienceMs: 2000 });
    fits ??= openFitting(registry);
    return fits(needsOf(handing, asker, line)).catch(() => false);
  };
  return {
    isFor,
    async open(each: LentLine): Promise<AskedWorkers | undefined> {
      if (!(await isFor(each))) return undefined;
      const found = await opened;
      if (found || performance.now() - openedMs < againMs) return found ?? opened;
      openedMs = performance.now();
      // Where there is no way to workers, the gateway answers.
      opened = openWorkers(handing).catch(() => undefined);
      return opened;
    },
    forget: async (batchId: string) => (await opened)?.forget(batchId),
    /** Closes a way that is broken, or all. */
    async close(broken?: AskedWorkers): Promise<void> {
      const found = await opened;
      if (broken && found !== broken) return;
      opened = undefined;
      await found?.[Symbol.asyncDispose]();
      if (!broken) await registry?.[Symbol.asyncDispose]();
    },
  };
}

/** Lets so many at a time do something, in the order in which they come. */
export function openTurns(most: number): Turns {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async work => {
    if (busy < most) busy++;
    else await new Promise<void>(resolve => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy--;
    }
  };
}
