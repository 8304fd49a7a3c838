import { TandemError } from '../model/errors.ts';
import type { RunBegin } from '../model/run/ports.ts';
import { describeOwner, isDead, runOwner } from './run-owner.ts';
import { runTaken } from './run-taken.ts';
import type { Durability, Entry, Held, HoldRequest, RunEnding, RunStore, Taken } from './store.ts';

/** How long a run is held without a renewal, in milliseconds, unless somebody says otherwise. */
export const defaultLeaseMs = 8000;

// A call may be paid for so much of a lease after the last renewal that was answered: the rest is for the call's way.
const sureShare = 0.7;
const leastPauseMs = 20;

/** A part of this process that holds a run, or is about to. */
export interface Lease {
  /** Waits until the run is held. @throws TandemError `run_taken`, `store_busy` */
  held(): Promise<Held>;
  /** Makes sure that the run is still held before something is paid; without a wait where that is known. @throws TandemError `run_taken` */
  confirm(): void | Promise<void>;
  append(entries: readonly Entry[], durability?: Durability): Promise<void>;
  release(end: RunEnding): Promise<void>;
}

/** The runs that a process holds in one store: renewed every quarter of the lease, all in one write. */
export interface Leases {
  take(begin: Beginning, request?: Partial<HoldRequest>): Lease;
  close(): void;
}

/** Who takes a run. A ledger takes it together with the journal of its run, and the other way round. */
export interface Beginning extends Pick<RunBegin, 'runId' | 'cancel' | 'isNew' | 'whenTaken'> {
  readonly isLedger?: boolean;
}

// Runs that this process holds, by store and id: a ledger and the journal of its run hold it together.
const heldHere = new Map<string, HeldLease>();

/** Opens the leases of a process. */
export function openLeases(store: RunStore, leaseMs: number): Leases {
  const { text: holder } = runOwner();
  const active = new Set<HeldLease>();
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  const renewAll = () => {
    // Those that were taken a moment ago are renewed with the next.
    const due = [...active].filter(each => each.isDue());
    if (due.length > 0) void renewTogether(store, due, leaseMs);
  };
  const open = (begin: Beginning, request: Partial<HoldRequest>): HeldLease => {
    const { runId: run, isNew, whenTaken } = begin;
    const asked = { holder, leaseMs, at: new Date().toISOString(), isNew, ...request };
    const lease = new HeldLease({ store, run, request: asked, waits: whenTaken === 'wait' }, () => {
      active.delete(lease);
      if (heldHere.get(keyOf(store, run)) === lease) heldHere.delete(keyOf(store, run));
      if (active.size === 0) stop();
    });
    active.add(lease);
    timer ??= setInterval(renewAll, leaseMs / 4).unref();
    return lease;
  };
  return {
    take(begin, request = {}) {
      const key = keyOf(store, begin.runId);
      const here = heldHere.get(key);
      const isJoined = here?.mayJoin(begin.isLedger === true);
      const lease = here && isJoined ? here : open(begin, request);
      if (!here) heldHere.set(key, lease);
      return lease.join(begin);
    },
    close: stop,
  };
}

function keyOf(store: RunStore, run: string): string {
  return `${store.id} ${run}`;
}

async function renewTogether(store: RunStore, leases: readonly HeldLease[], leaseMs: number): Promise<void> {
  const held = leases.flatMap(lease => lease.current() ?? []);
  if (held.length === 0) return;
  const begun = moment();
  try {
    const lost = await store.renew(held, leaseMs);
    for (const lease of leases) {
      const loss = lost.find(({ run }) => run === lease.current()?.run);
      if (loss) lease.lose(loss.why);
      else lease.renewed(begun);
    }
  } catch {
    // A store that cannot be written for a moment: nothing is paid once it is no longer sure who holds the run.
  }
}

interface Moment {
  readonly steadyMs: number;
  readonly wallMs: number;
}

// The steady clock does not count the sleep of a laptop, the other may be set: the run is held only where both say so.
function moment(): Moment {
  return { steadyMs: performance.now(), wallMs: Date.now() };
}

interface Asked {
  readonly store: RunStore;
  readonly run: string;
  readonly request: HoldRequest;
  readonly waits: boolean;
}

class HeldLease {
  readonly #asked: Asked;
  readonly #forget: () => void;
  readonly #holding: Promise<Held>;
  readonly #users = new Set<Beginning>();
  #current: Held | undefined;
  #sureSince = moment();
  #loss: unknown;
  #end: RunEnding | undefined;

  constructor(asked: Asked, forget: () => void) {
    this.#asked = asked;
    this.#forget = forget;
    const { store, run, request } = asked;
    if (request.isNew) {
      // Nobody else can hold it, and the store need not be asked.
      this.#current = { run, token: 1, state: 'new', secret: request.secret };
      this.#holding = store.hold(run, request) as Promise<Held>;
    } else this.#holding = this.#take();
    // Whoever asks for it hears of it; a run that asks nothing ends without.
    this.#holding.catch((error: unknown) => this.#cancel(error));
  }

  /** Whether another part of the same run may hold it too. */
  mayJoin(isLedger: boolean): boolean {
    return isLedger || [...this.#users].every(user => user.isLedger);
  }

  join(user: Beginning): Lease {
    this.#users.add(user);
    return {
      held: () => this.#holding,
      confirm: () => this.#confirm(),
      append: (entries, durability) => this.#append(entries, durability),
      release: end => this.#release(user, end),
    };
  }

  async #take(): Promise<Held> {
    const { store, run, request, waits } = this.#asked;
    for (let instead: number | undefined; ; ) {
      const begun = moment();
      const found = await store.hold(run, { ...request, ...(instead !== undefined && { instead }) });
      if (found.state !== 'taken') {
        this.#sureSince = begun;
        this.#current = found;
        return found;
      }
      const isOver = isDead(found.holder) && instead !== found.token;
      instead = isOver ? found.token : undefined;
      if (isOver) continue;
      if (!waits || this.#users.size === 0) throw isHeldBy(run, found);
      await pause(Math.max(leastPauseMs, Math.min(found.untilMs - Date.now(), request.leaseMs / 8)));
    }
  }

  current(): Held | undefined {
    return this.#current;
  }

  isDue(): boolean {
    return (
      this.#current !== undefined && performance.now() - this.#sureSince.steadyMs > this.#asked.request.leaseMs / 8
    );
  }

  #isSure(): boolean {
    const { leaseMs } = this.#asked.request;
    const { steadyMs, wallMs } = moment();
    const passed = wallMs - this.#sureSince.wallMs;
    const limit = sureShare * leaseMs;
    return (
      this.#current !== undefined && steadyMs - this.#sureSince.steadyMs < limit && passed < limit && passed > -limit
    );
  }

  #confirm(): void | Promise<void> {
    if (this.#loss) throw this.#loss;
    return this.#isSure() ? undefined : this.#confirmed();
  }

  async #confirmed(): Promise<void> {
    const { store, request, run } = this.#asked;
    const held = await this.#holding;
    if (this.#isSure()) return;
    const begun = moment();
    const [loss] = await store.renew([held], request.leaseMs);
    if (loss) this.lose(loss.why);
    else this.renewed(begun);
    if (this.#loss) throw this.#loss;
    if (!this.#isSure()) throw new TandemError('store_busy', slowRenewal(run), { data: { runId: run } });
  }

  renewed(begun: Moment): void {
    this.#sureSince = begun;
  }

  lose(why: 'taken' | 'cancelled'): void {
    // One that was cancelled is still held, so that its end can be noted.
    if (why === 'cancelled') this.#tell(new DOMException('The run was cancelled.', 'AbortError'));
    else this.#cancel(this.#loss ?? runTaken(this.#asked.run));
  }

  #cancel(reason: unknown): void {
    this.#loss ??= reason;
    this.#forget();
    this.#tell(reason);
  }

  #tell(reason: unknown): void {
    for (const { cancel } of this.#users) cancel(reason);
  }

  async #append(entries: readonly Entry[], durability?: Durability): Promise<void> {
    const held = this.#current ?? (await this.#holding);
    try {
      await this.#asked.store.append(held, entries, durability);
    } catch (error) {
      if (TandemError.isInstance(error) && error.code === 'run_taken') this.lose('taken');
      throw error;
    }
  }

  // The last of its users lets it go, with the end that the run's own journal has told.
  async #release(user: Beginning, end: RunEnding): Promise<void> {
    if (!this.#users.delete(user)) return;
    if (!user.isLedger || !this.#end) this.#end = end;
    if (this.#users.size > 0) return;
    this.#forget();
    const held = this.#current ?? (await this.#holding.catch(() => undefined));
    if (held && this.#loss === undefined) await this.#asked.store.release(held, this.#end);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}

function isHeldBy(runId: string, { holder, untilMs }: Taken): TandemError {
  const until = new Date(untilMs).toISOString();
  const owner = describeOwner(holder);
  return new TandemError(
    'run_taken',
    `The run ${runId} is at work in ${owner}, which holds it until ${until} or longer. Wait for it (\`--wait\`, or ` +
      "`whenTaken: 'wait'`), or use another run id.",
    { data: { runId, owner, until, retryAfterMs: Math.max(0, untilMs - Date.now()) } },
  );
}

function slowRenewal(runId: string): string {
  return `The store answers too slowly to tell who holds the run ${runId}, so nothing is paid. Look at its disk, or use a longer lease.`;
}
