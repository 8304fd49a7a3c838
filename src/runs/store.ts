/**
 * The port of everything that outlives a call: runs with their owners, finished calls, what left,
 * ledgers, what servers keep, and what may still be spent. An engine is a folder that implements it
 * (`sqlite/`, `memory/`) and passes one exam (`storeContract`). Time is the store's own. A store
 * knows no ciphers: what is content comes sealed.
 */

import type { TimedCall } from '../algorithms/fit-speed.ts';
import type { SharedAccounts } from '../model/run/accounts.ts';
import type { Label } from '../model/run/labels.ts';
import type { StepAddress } from '../model/run/ports.ts';
import type { Place } from '../trace/span.ts';
import type { KeptKind } from './kept-kinds.ts';
import type { PruneOptions, Pruning } from './pruning.ts';
import type { DayTotals, RunPage, RunQuery } from './run-lists.ts';

export type { KeptKind } from './kept-kinds.ts';
export type { DayTotals, RunPage, RunQuery } from './run-lists.ts';

/** What became of a run. */
export type RunState = 'running' | 'done' | 'failed' | 'aborted' | 'cancelled';

/**
 * What is known of a run beside its calls; what is not given stays as it was. Texts that are
 * content come sealed.
 */
export interface RunFacts {
  /** Whose run it is, such as the key of a server's client. */
  readonly owner?: string;
  /** The run that it is part of. */
  readonly parent?: string;
  /** What it was started with, as JSON; content. */
  readonly program?: string;
  /** The first words of what was asked; content. */
  readonly title?: string;
  /** Name of the pattern that answered the run's last top-level call. */
  readonly pattern?: string;
  /** Id of that pattern, or of the model where no pattern answered. */
  readonly model?: string;
  readonly answeredBy?: string;
  readonly place?: string;
  readonly degraded?: boolean;
  /** US dollars against the baseline; null where a price is unknown. */
  readonly savedUsd?: number | null;
  readonly baseline?: string;
  /** How much of a document was read, as JSON. */
  readonly coverage?: string;
  /** The whole summary, as JSON; content. */
  readonly summary?: string;
}

/** How a run is asked for. */
export interface HoldRequest {
  /** Names the process: `runOwner().text`. */
  readonly holder: string;
  readonly leaseMs: number;
  /** ISO time. */
  readonly at: string;
  /**
   * That the id was made just now: nothing of it can be in the store, and nobody else can know it.
   */
  readonly isNew?: boolean;
  /** The token of a holder that is known to be dead: its lease need not be waited for. */
  readonly instead?: number | undefined;
  /** A secret for a run that has none yet; sealed. */
  readonly secret?: string;
  readonly facts?: RunFacts;
}

/** A run that is held: whoever has the highest token owns it. */
export interface Held {
  readonly run: string;
  /** The fencing token, from 1; each holder's is higher than the last. */
  readonly token: number;
  readonly state: 'new' | 'resumed';
  /** The run's own secret, as it was given first; absent where nobody gave one. */
  readonly secret: string | undefined;
}

/** A run that somebody else holds. */
export interface Taken {
  readonly state: 'taken';
  readonly holder: string;
  readonly token: number;
  /** When the lease ends unless it is renewed: milliseconds since 1970. */
  readonly untilMs: number;
}

/** A run that is no longer held, and why. */
export interface LostRun {
  readonly run: string;
  readonly why: 'taken' | 'cancelled';
}

/** How a run ended. */
export interface RunEnding {
  readonly state: 'done' | 'failed' | 'aborted';
  /** Code of the error. */
  readonly error?: string;
  /** ISO time. */
  readonly at: string;
  readonly facts?: RunFacts;
}

/** A leaf call as the store keeps it. */
export interface CallEntry {
  readonly kind: 'call';
  /** ISO time of recording. */
  readonly at: string;
  readonly key: string;
  readonly slot: string;
  readonly digest: StepAddress['digest'];
  readonly trail: readonly string[];
  readonly model: string;
  readonly place: string;
  readonly inputTokens: number | null;
  readonly cachedTokens: number | null;
  readonly outputTokens: number | null;
  /** US dollars; null if the price is unknown. */
  readonly costUsd: number | null;
  readonly characters: number;
  readonly attempts: number;
  /** Milliseconds from the run's begin to the call's, in the process that made it. */
  readonly startMs: number;
  readonly durationMs: number | null;
  /** Whether an answer came: a call that was cut off cost something, and is not replayed. */
  readonly isFinished: boolean;
  /**
   * The answer, as it is to be kept; asked for when the row is written. Absent where content is not
   * kept.
   */
  readonly answer?: () => StoredAnswer | undefined;
}

/** An answer at rest: its hash, and its text, sealed; absent where hashes alone are kept. */
export interface StoredAnswer {
  readonly hash: string;
  readonly body: string | undefined;
}

/** What left, or was about to. */
export interface EgressEntry {
  readonly kind: 'egress';
  readonly at: string;
  readonly destination: string;
  readonly place: string;
  readonly purpose: string;
  readonly characters: number;
  readonly tokens: number;
  readonly contentHash: string;
  readonly masked: number;
  readonly label: Label;
  /** The prompt as it left, sealed; absent where content is not kept. */
  readonly body: string | undefined;
}

/** What a pattern decided. */
export interface DecisionEntry {
  readonly kind: 'decision';
  readonly at: string;
  readonly trail: readonly string[];
  readonly answeredBy: string;
  readonly place: string;
  readonly reason: string;
  readonly confidence: number | null;
  readonly degraded: boolean;
}

/** A document that was read. */
export interface DocumentEntry {
  readonly kind: 'document';
  readonly hash: string;
  readonly title: string;
  readonly characters: number;
  readonly label: Label;
}

/** One accepted step of a long loop: what was done, not the state, which the steps rebuild. */
export interface StoredStep {
  /** As JSON. */
  readonly action: string;
  readonly votes: number;
  readonly flagged: number;
  /** US dollars; null if unknown. */
  readonly costUsd: number | null;
}

/** Accepted steps, in order from an index. */
export interface AcceptedEntry {
  readonly kind: 'accepted';
  readonly from: number;
  readonly steps: readonly StoredStep[];
}

/** What a loop is begun with, as JSON. */
export interface BegunEntry {
  readonly kind: 'begun';
  readonly facts: string;
}

/**
 * What may be added to a run. All but `egress` is refused from whoever no longer holds it; its cost
 * is booked even then.
 */
export type Entry =
  | CallEntry
  | EgressEntry
  | DecisionEntry
  | DocumentEntry
  | AcceptedEntry
  | BegunEntry;

/**
 * When an entry counts as written: on disk; in the store; or accepted, to be written within 25 ms.
 */
export type Durability = 'synced' | 'committed' | 'noted';

/** A call that was recorded, in the order of recording. */
export interface StoredCall extends Omit<CallEntry, 'kind' | 'answer'> {
  /** The text of the answer, sealed; absent where it is not kept. */
  readonly body: string | undefined;
}

/** The head of a ledger. */
export interface LedgerHead {
  readonly length: number;
  /** What the loop was begun with, as JSON; absent before that. */
  readonly facts: string | undefined;
}

/** A run in a list. */
export interface StoredRun {
  readonly id: string;
  readonly begunAt: string;
  readonly endedAt: string | null;
  readonly state: RunState;
  readonly error: string | null;
  /**
   * Who holds it while its lease runs, else null: a run that is `running` and held by nobody was
   * interrupted.
   */
  readonly holder: string | null;
  readonly calls: number;
  readonly cloudCalls: number;
  /** Null if the price of a call is unknown. */
  readonly costUsd: number | null;
  /** Calls and characters that left, or were about to. */
  readonly leftCalls: number;
  readonly leftCharacters: number;
  /** What `RunFacts` says, null where nothing was said. */
  readonly owner: string | null;
  readonly parent: string | null;
  readonly title: string | null;
  readonly pattern: string | null;
  readonly model: string | null;
  readonly answeredBy: string | null;
  readonly place: string | null;
  readonly degraded: boolean;
  readonly savedUsd: number | null;
  readonly baseline: string | null;
  readonly coverage: string | null;
}

/** A run with all that was recorded of it, answers apart. */
export interface RunRecord extends StoredRun {
  readonly program: string | null;
  readonly summary: string | null;
  readonly documents: readonly Omit<DocumentEntry, 'kind'>[];
  readonly decisions: readonly Omit<DecisionEntry, 'kind'>[];
  readonly steps: readonly Omit<StoredCall, 'body' | 'key' | 'slot' | 'digest'>[];
  readonly egress: readonly StoredEgress[];
}

/** What left, with the run that it left from. */
export interface StoredEgress extends Omit<EgressEntry, 'kind' | 'body'> {
  readonly run: string;
  /** Whether the run itself was removed since. */
  readonly pruned: boolean;
}

/** Something kept under its kind, owner and id. */
export interface KeptHead {
  readonly kind: KeptKind;
  readonly owner: string;
  readonly id: string;
  /** ISO time. */
  readonly at: string;
  /** Facts that lists show, as JSON. */
  readonly head: string;
  /** Bytes or characters, as whoever keeps it counts them. */
  readonly size: number;
}

/** Something kept, with its content, sealed. */
export interface Kept extends KeptHead {
  readonly body: string | Uint8Array;
}

/**
 * Keeps runs and what servers share. Every method may throw `journal_failed`, and `store_busy`
 * where it writes.
 */
export interface RunStore extends SharedAccounts, AsyncDisposable, Disposable {
  /** What errors call it, such as a file's name. */
  readonly name: string;
  /** The same for all handles of one store in this process, such as the file's path. */
  readonly id: string;
  /** Where it is, of one that is connected to later; absent where it was opened at once, here. */
  readonly place?: Place;
  /** A sealed text, by which a key is tried; absent where there is none. */
  readonly seal?: string | undefined;
  /** Takes a run that nobody holds, or that has ended. */
  hold(run: string, by: HoldRequest): Promise<Held | Taken>;
  /** Renews leases, all in one write; says which are lost. */
  renew(held: readonly Held[], leaseMs: number): Promise<readonly LostRun[]>;
  /** Ends a run; false if it is no longer held. */
  release(held: Held, end: RunEnding): Promise<boolean>;
  /**
   * Marks a run as cancelled, whose holder learns of it with its next renewal; says in which state
   * it was.
   */
  cancel(run: string): Promise<RunState | undefined>;
  /** Notes facts of a run, which is made if it is not there. */
  describe(run: string, facts: RunFacts, at: string): Promise<void>;
  /** Adds to a run. @throws TandemError `run_taken` */
  append(held: Held, entries: readonly Entry[], durability?: Durability): Promise<void>;
  /** Goes through the calls of a run, in the order of recording, in pages. */
  calls(run: string): AsyncIterable<readonly StoredCall[]>;
  ledger(run: string): Promise<LedgerHead | undefined>;
  /** Goes through the accepted steps of a run from an index, in order, in pages. */
  steps(run: string, from: number): AsyncIterable<readonly StoredStep[]>;
  runs(query: RunQuery): Promise<RunPage>;
  /** Sums the runs that began on a UTC day or after it, day by day, in any order. */
  tally(since: string): Promise<readonly DayTotals[]>;
  show(run: string): Promise<RunRecord | undefined>;
  /**
   * Reads a prompt that left a run, sealed, by its hash; undefined where it is not kept, or the run
   * was removed.
   */
  sent(run: string, contentHash: string): Promise<string | undefined>;
  /** Lists what left since an ISO time, oldest first. */
  egress(since: string): Promise<readonly StoredEgress[]>;
  /** The last finished calls whose tokens and time are known, newest first. */
  timed(most: number): Promise<readonly (TimedCall & { readonly model: string })[]>;
  /** Keeps something, in the place of what was there; with `ifAbsent` only if nothing was. */
  put(
    item: Kept,
    options?: { readonly ifAbsent?: boolean; readonly newest?: number },
  ): Promise<void>;
  get(kind: KeptKind, owner: string, id: string): Promise<Kept | undefined>;
  /** Lists what is kept, newest first. */
  list(kind: KeptKind, owner: string, limit: number): Promise<readonly KeptHead[]>;
  /** Sums the sizes of what is kept. */
  size(kind: KeptKind, owner: string): Promise<number>;
  /**
   * Forgets one, or with no id all of its kind and owner; false if there was none. When it
   * resolves, no byte of it is in the store's files.
   */
  remove(kind: KeptKind, owner: string, id?: string): Promise<boolean>;
  /**
   * Forgets a run that nobody is at work on, with all that only it held; false if there is none.
   * What left from it stays on record. When it resolves, no byte of it is in the store's files.
   */
  forget(run: string): Promise<boolean>;
  /**
   * Removes what is over before an ISO time; says how many. `runs` are those that ended, or whose
   * holder died, with all that only they held, and what was read in documents and answered to
   * clients before it; what left from them stays on record, without text. `egress` is that
   * record. When it resolves, no byte of it is in the store's files.
   */
  prune(before: string, options?: PruneOptions): Promise<number>;
  /** Lists what was removed by `prune`, oldest first. */
  prunings(): Promise<readonly Pruning[]>;
  /** Brings to the store what waits to be written. */
  flush(): Promise<void>;
  /** Writes what waits, and closes; without a wait where the store is free. */
  close(): void;
}
