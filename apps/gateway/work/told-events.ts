import type { RunEvent } from '../../../src/entries/runs.ts';

/** What happens in a run, told in comments of its stream: clients pass those by. */
export interface ToldEvents {
  readonly onEvent: (event: RunEvent) => void;
  /** Sends what happens among the events of an answer, as soon as it happens. */
  among(events: AsyncGenerator<string>): AsyncGenerator<string>;
}

// A client that reads nothing is not told without end.
const mostWaiting = 1000;

/** Begins to listen to a run. */
export function toldEvents(): ToldEvents {
  const waiting: string[] = [];
  let wake = () => {};
  return {
    onEvent(event) {
      if (waiting.length >= mostWaiting) return;
      waiting.push(`: tandem ${JSON.stringify(event)}\n\n`);
      wake();
    },
    async *among(events) {
      try {
        for (let next = events.next(); ; ) {
          const more = new Promise<undefined>(resolve => {
            wake = () => resolve(undefined);
          });
          const first = waiting.length > 0 ? undefined : await Promise.race([next, more]);
          yield* waiting.splice(0);
          if (!first) continue;
          if (first.done) return;
          yield first.value;
          next = events.next();
        }
      } finally {
        await events.return(undefined);
      }
    },
  };
}
