/**
 * Work that nobody waits for: it is done when answers have gone out, that of several requests
 * together.
 */
export interface Afterwork {
  add(work: () => void): void;
  /** Does what is waiting, now. */
  flush(): void;
}

// An answer that has been written still has to reach its client, on a processor that this process
// may be holding.
const waitMs = 5;

/** Opens the work of a server. What fails is told, and keeps nothing else from being done. */
export function openAfterwork(failed: (error: unknown) => void): Afterwork {
  let waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const due = waiting;
    waiting = [];
    for (const work of due) {
      try {
        work();
      } catch (error) {
        failed(error);
      }
    }
  };
  return {
    add(work) {
      waiting.push(work);
      timer ??= setTimeout(flush, waitMs);
    },
    flush,
  };
}
