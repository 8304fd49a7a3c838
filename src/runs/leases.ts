import { TandemError } from '../model/errors.ts';
import type { RunBegin } from '../model/run/ports.ts';
import { now } from './run-entries.ts';
import { describeOwner, isDead, runOwner } from './run-owner.ts';
import { runTaken } from './run-taken.ts';
import type { Durability, Entry, Held, HoldRequest, RunEnding, RunStore, Taken } from './store.ts';

/** How long a run is held without a renewal, in milliseconds, unless somebody says otherwise. */
export const defaultLeaseMs = 8000;

// A call may be paid for so much of a lease after the last renewal that was answered: the rest is
// for the call's way.
const sureShare = 0.7;
const leastPauseMs = 20;

/**
 * The runs that a process holds in one store: renewed every quarter of the lease, all in one write.
 */
export interface Leases {
  take(begin: Beginning, request?: Partial<HoldRequest>): Lease;
  close(): void;
}

/**
 * Who takes a run. A ledger takes it together with the journal of its run, and the other way round.
 */
export interface Beginning extends Pick<RunBegin, 'runId' | 'cancel' | 'isNew' | 'whenTaken'> {
  readonly isLedger?: boolean;
}

// Runs that this process holds, by store and id: a ledger and the journal of its run hold it
// together.
const heldHere = new Map<string, Map<string, Lease>>();

function heldIn(store: RunStore): Map<string, Lease> {
  const known = heldHere.get(store.id);
  if (known) return known;
  const made = new Map<string, Lease>();
  heldHere.set(store.id, made);
  return made;
}

/**
 * Opens the leases of a process.
 * @example
 * ```ts
 * const leases = openLeases(openStore('.tandem/tandem.db', { patienceMs: 2000 }), 8000);
 * ```
 */
export function openLeases(store: RunStore, leaseMs: number): Leases {
  const { text: holder } = runOwner();
  const active = new Set<Lease>();
  const here = heldIn(store);
  let timer: NodeJS.Timeout | undefined;
  const close = () => {
    clearInterval(timer);
    timer = undefined;
  };
  const forget = (lease: Lease) => {
    active.delete(lease);
    if (here.get(lease.run) === lease) here.delete(lease.run);
    if (active.size === 0) close();
  };
  return {
    take(begin, request) {
      const known = here.get(begin.runId);
      if (known?.mayJoin(begin)) return known.join(begin);
      const asked = { holder, leaseMs, at: now(), isNew: begin.isNew, ...request };
      const lease = new Lease({ store, here, begin, request: asked, forget });
      active.add(lease);
      if (!known) here.set(begin.runId, lease);
      timer ??= setInterval(renewTogether, leaseMs / 4, store, active, leaseMs).unref();
      return lease;
    },
    close,
  };
}

async function renewTogether(
  store: RunStore,
  active: ReadonlySet<Lease>,
  leaseMs: number,
): Promise<void> {
  // Those that were taken a moment ago are renewed with the next.
  const due = [...active].filter(each => each.isDue());
  if (due.length === 0) return;
  const begun = moment();
  try {
    const lost = await store.renew(
      due.map(lease => lease.current!),
      leaseMs,
    );
    for (const lease of due) {
      const loss = lost.find(({ run }) => run === lease.current?.run);
      if (loss) lease.lose(loss.why);
      else lease.renewed(begun);
    }
  } catch {
    // A store that cannot be written for a moment: nothing is paid once it is no longer sure who
    // holds the run.
  }
}

interface Moment {
  readonly steadyMs: number;
  readonly wallMs: number;
}

function moment(): Moment {
  return { steadyMs: performance.now(), wallMs: Date.now() };
}

interface LeaseParts {
  readonly store: RunStore;
  /** The runs of the store that this process holds. */
  readonly here: Map<string, Lease>;
  readonly begin: Beginning;
  readonly request: HoldRequest;
  readonly forget: (lease: Lease) => void;
}

/** A run that this process holds, or is about to. */
export class Lease {
  readonly run: string;
  /** Waits until the run is held. @throws TandemError `run_taken`, `store_busy` */
  readonly held: Promise<Held>;
  /** The run, once it is held. */
  current: Held | undefined;
  readonly #store: RunStore;
  readonly #here: Map<string, Lease>;
  readonly #request: HoldRequest;
  readonly #forget: (lease: Lease) => void;
  readonly #users: Beginning[];
  #sureSince: Moment;
  #loss: unknown;
  #wake: (() => void) | undefined;
  #end: RunEnding | undefined;

  constructor({ store, here, begin, request, forget }: LeaseParts) {
    this.run = begin.runId;
    this.#store = store;
    this.#here = here;
    this.#request = request;
    this.#forget = forget;
    this.#users = [begin];
    this.#sureSince = moment();
    if (request.isNew) {
      // Nobody else can hold it, and the store need not be asked.
      this.current = { run: begin.runId, token: 1, state: 'new', secret: request.secret };
      this.held = store.hold(begin.runId, request) as Promise<Held>;
      return;
    }
    this.held = this.#take(begin.whenTaken === 'wait');
    // Whoever asks for it hears of it; a run that asks nothing ends without.
    this.held.catch((error: unknown) => this.#cancel(error));
  }

  /**
   * Whether another part of the same run may hold it too: a ledger, or the journal of the run of
   * ledgers.
   */
  mayJoin(user: Beginning): boolean {
    return user.isLedger === true || this.#users.every(each => each.isLedger);
  }

  join(user: Beginning): this {
    this.#users.push(user);
    return this;
  }

  async #take(waits: boolean): Promise<Held> {
    const { leaseMs } = this.#request;
    for (let instead: number | undefined; ; ) {
      const begun = moment();
      const found = await this.#store.hold(this.run, { ...this.#request, instead });
      if (found.state !== 'taken') {
        this.#sureSince = begun;
        this.current = found;
        // One that waited for another run of this process stands in its place now, and may be
        // joined.
        if (this.#users.length > 0 && !this.#here.has(this.run)) this.#here.set(this.run, this);
        return found;
      }
      const isOver = isDead(found.holder) && instead !== found.token;
      instead = isOver ? found.token : undefined;
      if (isOver) continue;
      if (!waits || this.#users.length === 0) throw isHeldBy(this.run, found);
      await this.#pause(Math.max(leastPauseMs, Math.min(found.untilMs - Date.now(), leaseMs / 8)));
    }
  }

  // Ends early when nobody wants the run any more.
  #pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  isDue(): boolean {
    return (
      this.current !== undefined &&
      performance.now() - this.#sureSince.steadyMs > this.#request.leaseMs / 8
    );
  }

  // The steady clock does not count the sleep of a laptop, the other may be set: both must say so.
  #isSure(): boolean {
    const limit = sureShare * this.#request.leaseMs;
    const { steadyMs, wallMs } = this.#sureSince;
    const passed = Date.now() - wallMs;
    return (
      this.current !== undefined &&
      performance.now() - steadyMs < limit &&
      passed < limit &&
      passed > -limit
    );
  }

  /**
   * Makes sure that the run is still held before something is paid; without a wait where that is
   * known. @throws TandemError `run_taken`
   */
  readonly confirm = (): void | Promise<void> => {
    if (this.#loss) throw this.#loss;
    if (!this.#isSure()) return this.#confirmed();
  };

  async #confirmed(): Promise<void> {
    const held = await this.held;
    if (this.#isSure()) return;
    const begun = moment();
    const [loss] = await this.#store.renew([held], this.#request.leaseMs);
    if (loss) throw this.lose(loss.why);
    this.renewed(begun);
    if (this.#loss) throw this.#loss;
    if (!this.#isSure())
      throw new TandemError('store_busy', slowRenewal(this.run), { data: { runId: this.run } });
  }

  renewed(begun: Moment): void {
    this.#sureSince = begun;
  }

  /** Ends what is done in the run; returns the reason. */
  lose(why: 'taken' | 'cancelled'): unknown {
    if (why === 'taken') return this.#cancel(this.#loss ?? runTaken(this.run));
    // One that was cancelled is still held, so that its end can be noted.
    return this.#tell(new DOMException('The run was cancelled.', 'AbortError'));
  }

  #cancel(reason: unknown): unknown {
    this.#loss ??= reason;
    this.#forget(this);
    return this.#tell(reason);
  }

  #tell(reason: unknown): unknown {
    for (const { cancel } of this.#users) cancel(reason);
    return reason;
  }

  /** Adds to the run. @throws TandemError `run_taken` */
  append(entries: readonly Entry[], durability?: Durability): Promise<void> {
    if (!this.current) return this.held.then(() => this.append(entries, durability));
    // What is noted is refused when it is written, long after this.
    if (durability === 'noted') return this.#store.append(this.current, entries, durability);
    return this.#store.append(this.current, entries, durability).catch((error: unknown) => {
      if (TandemError.isInstance(error) && error.code === 'run_taken') this.lose('taken');
      throw error;
    });
  }

  /**
   * Lets go of the run: the last of its users does, with the end that the run's own journal has
   * told.
   */
  async release(user: Beginning, end: RunEnding): Promise<void> {
    const index = this.#users.indexOf(user);
    if (index < 0) return;
    this.#users.splice(index, 1);
    if (!user.isLedger || !this.#end) this.#end = end;
    if (this.#users.length > 0) return;
    this.#forget(this);
    this.#wake?.();
    const held = this.current ?? (await this.held.catch(() => undefined));
    if (held && this.#loss === undefined) await this.#store.release(held, this.#end);
  }
}

function isHeldBy(runId: string, { holder, untilMs }: Taken): TandemError {
  const until = new Date(untilMs).toISOString();
  const owner = describeOwner(holder);
  return new TandemError(
    'run_taken',
    `The run ${runId} is at work in ${owner}, which holds it until ${until} or longer. Wait for ` +
      'it (`--wait`, or ' +
      "`whenTaken: 'wait'`), or use another run id.",
    { data: { runId, owner, until, retryAfterMs: Math.max(0, untilMs - Date.now()) } },
  );
}

function slowRenewal(runId: string): string {
  return (
    `The store answers too slowly to tell who holds the run ${runId}, so nothing is paid. ` +
    'Look at its disk, or use a longer lease.'
  );
}
