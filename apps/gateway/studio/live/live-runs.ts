import type { RecentRuns } from '../recent-runs.ts';
import { lingerMs, listen, type Note, openEars, rest } from './ears.ts';
import { type Following, type Newest, updates } from './updates.ts';

/** The runs of a server as they go on, for those who follow: ids and figures, never content. */
export interface LiveRuns {
  /** Notes a run that begins; absent while nobody follows. */
  readonly begun: Note | undefined;
  /** Notes a run that has ended; absent while nobody follows and all are kept. */
  readonly note: Note | undefined;
  /** How many follow. */
  readonly followers: number;
  /** Tells what happens from now on, or from behind an event that is still known. */
  follow(wanted: Following): AsyncGenerator<string>;
  /** Ends all who follow. */
  close(): void;
}

/** Opens what is told of runs. `recent` notes all runs of a server that keeps none. */
export function openLiveRuns(recent: RecentRuns | undefined, newest: Newest | undefined): LiveRuns {
  const ears = openEars(recent);
  let lingering: NodeJS.Timeout | undefined;
  return {
    get begun() {
      return ears.begun;
    },
    get note() {
      return ears.note;
    },
    get followers() {
      return ears.followers;
    },
    async *follow(wanted) {
      clearTimeout(lingering);
      if (!ears.begun) listen(ears, recent);
      ears.followers++;
      try {
        yield* updates(ears, wanted, newest);
      } finally {
        if (--ears.followers === 0) lingering = setTimeout(rest, lingerMs, ears, recent).unref();
      }
    },
    close: () => ears.closing.abort(),
  };
}
