import { TandemError } from '../../model/errors.ts';
import type { Durability, Entry, Held, HoldRequest, RunEnding } from '../store.ts';
import type { Database } from './database.ts';
import { writeEntries } from './entry-rows.ts';
import { endRun, holdRun } from './run-rows.ts';

/** What waits to be written of one run, in order: one statement at a time. */
interface WriteQueue {
  /** What comes before everything else: the row of a new run. */
  begun: Promise<void>;
  waiting: AddedEntries[];
  writing: Promise<void> | undefined;
}

interface AddedEntries {
  readonly held: Held;
  readonly entries: readonly Entry[];
  readonly told?: { resolve(): void; reject(error: unknown): void };
  /** Ends the run behind these; whoever ended it is told whether it was still held. */
  readonly end?: {
    readonly ending: RunEnding;
    resolve(isEnded: boolean | Promise<boolean>): void;
  };
}

const mostInBatch = 500;
// What nobody waits for goes with the next that somebody does, or after so long.
const noteMs = 25;

/**
 * Writes what runs add, each run's in its order. What comes while a statement is on its way goes
 * with the next one, so that many lanes of a run share it.
 */
export class RunWriter {
  readonly #database: Database;
  readonly #queues = new Map<string, WriteQueue>();
  #timer: NodeJS.Timeout | undefined;
  #failure: unknown;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Makes the row of a run that nobody else can know of. */
  begin(run: string, by: HoldRequest): void {
    const queue = this.#queueOf(run);
    queue.begun = holdRun(this.#database, run, by).then(() => {});
    // Whoever adds to the run hears of it.
    queue.begun.catch(() => {});
  }

  /** Adds to a run. @throws TandemError `run_taken` */
  append(held: Held, entries: readonly Entry[], durability: Durability): Promise<void> {
    if (durability === 'noted') {
      if (this.#failure !== undefined) return Promise.reject(this.#taken());
      this.#queueOf(held.run).waiting.push({ held, entries });
      this.#timer ??= setTimeout(() => this.#startAll(), noteMs);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      this.#queueOf(held.run).waiting.push({ held, entries, told: { resolve, reject } });
      this.#start(held.run);
    });
  }

  /** Ends a run, in one statement with what waits to be written of it; false if it is not held. */
  end(held: Held, ending: RunEnding): Promise<boolean> {
    return new Promise(resolve => {
      this.#queueOf(held.run).waiting.push({ held, entries: [], end: { ending, resolve } });
      this.#start(held.run);
    });
  }

  /** Waits until what was added to a run is written. */
  async written(run: string): Promise<void> {
    this.#start(run);
    const queue = this.#queues.get(run);
    await queue?.begun.catch(() => {});
    await this.#queues.get(run)?.writing;
  }

  /** Writes what waits. @throws the failure of what was noted */
  async flush(): Promise<void> {
    const runs = [...this.#queues.keys()];
    await Promise.all(runs.map(run => this.written(run)));
    if (this.#failure !== undefined) throw this.#taken();
  }

  #taken(): unknown {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  #queueOf(run: string): WriteQueue {
    const known = this.#queues.get(run);
    if (known) return known;
    const made = { begun: Promise.resolve(), waiting: [], writing: undefined };
    this.#queues.set(run, made);
    return made;
  }

  #startAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const run of this.#queues.keys()) this.#start(run);
  }

  #start(run: string): void {
    const queue = this.#queues.get(run);
    if (!queue || queue.writing) return;
    queue.writing = this.#write(queue).finally(() => {
      queue.writing = undefined;
      if (queue.waiting.length > 0) this.#start(run);
      else if (this.#queues.get(run) === queue) this.#queues.delete(run);
    });
  }

  async #write(queue: WriteQueue): Promise<void> {
    const begun = await queue.begun.then(
      () => undefined,
      (error: unknown) => error,
    );
    while (queue.waiting.length > 0) {
      const [first] = queue.waiting;
      const stale = queue.waiting.findIndex(({ held }) => held.token !== first!.held.token);
      const last = queue.waiting.findIndex(({ end }) => end) + 1;
      const count = Math.min(stale < 0 ? mostInBatch : stale, last || mostInBatch, mostInBatch);
      await this.#writeBatch(queue.waiting.splice(0, count), begun);
    }
  }

  async #writeBatch(batch: readonly AddedEntries[], begun: unknown): Promise<void> {
    const [{ held }, { end }] = [batch[0]!, batch.at(-1)!];
    const entries = batch.flatMap(each => each.entries);
    const isEnd = end && entries.length === 0;
    try {
      if (begun !== undefined) throw begun;
      const isHeld =
        isEnd || (await writeEntries(this.#database, held, { entries, ending: end?.ending }));
      for (const { told } of batch) told?.resolve();
      end?.resolve(isEnd ? endRun(this.#database, held, end.ending) : isHeld);
    } catch (error) {
      this.#tell(batch, error);
      // What could not be written does not keep the run from its end.
      end?.resolve(endRun(this.#database, held, end.ending));
    }
  }

  // What left is kept from whoever tells it; what is refused with it is told to whoever added it.
  #tell(batch: readonly AddedEntries[], error: unknown): void {
    const isTaken = TandemError.isInstance(error) && error.code === 'run_taken';
    for (const { told, entries } of batch) {
      const isRefused = !isTaken || entries.some(({ kind }) => kind !== 'egress');
      if (told) isRefused ? told.reject(error) : told.resolve();
      else if (!isTaken && entries.length > 0) this.#failure ??= error;
    }
  }
}
