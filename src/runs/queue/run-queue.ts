/** What is to be done by whichever process takes it. */
export interface QueuedRun {
  /** The id of the run, a UUID: the same is queued once. */
  readonly id: string;
  /** What it belongs to, such as a batch. */
  readonly group: string;
  /** What whoever takes it must have, such as `gpu` or the name of a model. */
  readonly needs: readonly string[];
  /** What is to be done, sealed where content is. */
  readonly body: string;
}

/** A queued run that was brought to this process. */
export interface BroughtRun extends QueuedRun {
  /** How often it was brought before, to anybody. */
  readonly tries: number;
}

/** What became of something that was queued. */
export interface QueuedResult {
  readonly id: string;
  readonly state: 'done' | 'cancelled' | 'failed';
  /** As whoever did it gave it, sealed where content is; absent of what was not done. */
  readonly body: string | undefined;
}

/** How far the runs of a group are. */
export interface QueueProgress {
  readonly waiting: number;
  readonly active: number;
  readonly ended: number;
}

/** How queued runs are worked on. */
export interface QueueWork {
  /** So many at a time. */
  readonly lanes: number;
  /** Of those that need this so many at a time, as things stand. Default: all lanes. */
  readonly most?: (needs: readonly string[]) => number;
  /** What this process has: it is given nothing that needs more. */
  readonly has: readonly string[];
  /** Called with each; what it returns is the result. One that throws is given to another. */
  readonly handle: (run: BroughtRun, signal: AbortSignal) => Promise<string>;
}

/** Brings runs to whoever works on them. It may bring one twice: its lease decides who pays. */
export interface RunQueue extends AsyncDisposable {
  /**
   * Queues runs; says how many of them were not there. Those that were cancelled or failed are
   * queued anew, with `isAgain` also those that are done.
   */
  send(runs: readonly QueuedRun[], options?: { readonly isAgain?: boolean }): Promise<number>;
  /** Works until it is stopped; `stop` lets those at work end for so many milliseconds. */
  work(given: QueueWork): Promise<{ stop(graceMs: number): Promise<void> }>;
  /** Those of some runs that have ended; they were sent through this queue. */
  results(ids: readonly string[]): Promise<readonly QueuedResult[]>;
  progress(group?: string): Promise<QueueProgress>;
  /** Takes all of a group away, with what became of it; who is at work on some tells nobody. */
  forget(group: string): Promise<void>;
}
