import type { ModelSpeed } from '../algorithms/fit-speed.ts';
import { type KeysOf, requireKnown, requireOneOf, TandemError } from '../model/errors.ts';
import { nodeCrypto } from '../model/node-crypto.ts';
import type { Decision, Journal, RunBegin, RunJournal } from '../model/run/ports.ts';
import type { Call } from '../model/types.ts';
import type { ContentCipher } from './content-cipher.ts';
import type { StorePassword } from './engine/store-engine.ts';
import { FinishedCalls, loadFinished } from './finished-calls.ts';
import { defaultLeaseMs, type Lease, type Leases, openLeases } from './leases.ts';
import { defaultJournalPath, openSealed } from './open-store.ts';
import type { PruneOptions, Pruning } from './pruning.ts';
import {
  type BesideHead,
  type BesideRun,
  type BesideRunKept,
  keepBeside,
  keepRating,
  listBeside,
  type RunRating,
  readBeside,
  readRatings,
} from './ratings.ts';
import {
  type ListedEgressEvent,
  type ListedRuns,
  listRuns,
  newestRuns,
  type RecordedAnswer,
  type RunDetails,
  type RunRow,
  readAnswers,
  readSent,
  readSpeeds,
  showRun,
} from './read-runs.ts';
import { replayJournal } from './replay.ts';
import {
  callEntry,
  decisionEntry,
  documentEntry,
  egressEntry,
  factsOf,
  now,
} from './run-entries.ts';
import { isDead } from './run-owner.ts';
import type { RunFacts, RunQuery, RunStore } from './store.ts';

/** Options of a journal. */
export interface JournalOptions {
  /**
   * The file; `:memory:` keeps all in this process, `postgres://user@host/database` in a Postgres
   * that many machines may share (needs the package `pg`). Default: `.tandem/tandem.db`.
   */
  readonly path?: string;
  /**
   * The password of a store elsewhere, or a function that gives one for each connection, such as a
   * token of Entra ID. Default: the address's, or PGPASSWORD.
   */
  readonly password?: StorePassword;
  /**
   * `full` keeps answers, so that runs can be resumed; `hashes` keeps figures and hashes alone.
   * Default: `full`.
   */
  readonly content?: 'full' | 'hashes';
  /**
   * Encrypts answers and programs at rest, by this pass phrase. Figures and names stay readable.
   * Default: none.
   */
  readonly key?: string;
  /** What a changed call at a known place means: an error, or a new call. Default: `refuse`. */
  readonly onChange?: 'refuse' | 'call';
  /**
   * When an answer is handed on: `before` its record is on disk, or with the record up to 25 ms
   * `behind`, which many calls then share, and which the death of the process can lose. What leaves
   * for a cloud is noted on disk first in either case. Default: `before`.
   */
  readonly sync?: 'before' | 'behind';
  /**
   * Milliseconds that a run is held without a renewal: after so long another process takes it over
   * from one that is stopped or cut off. A process of the same machine that has died is succeeded
   * at once. At least 200. Default: 8,000.
   */
  readonly leaseMs?: number;
}

/** A journal in a store: it keeps finished calls, and tells what they were. */
export interface FileJournal extends Journal, Disposable, AsyncDisposable {
  /** Says what a run was started with, so that it can be asked again. */
  describe(runId: string, program: unknown): Promise<void>;
  /** Lists runs, newest first. Default: 50. */
  runs(limit?: number): Promise<RunRow[]>;
  /** Lists runs, newest first, by pages. */
  page(query: RunQuery): Promise<ListedRuns>;
  /** Shows a run with its calls and egress events. @throws TandemError `unknown_name` */
  show(runId: string): Promise<RunDetails>;
  /** Reads the answers of a run, in the order of recording. */
  answers(runId: string): Promise<RecordedAnswer[]>;
  /**
   * Reads the prompt that left a run, as it left, by the hash of its egress event; undefined where
   * it is not kept. Files are named by their size.
   */
  sent(runId: string, contentHash: string): Promise<Call['prompt'] | undefined>;
  /** Lists what left for a cloud, since an ISO time if one is given, oldest first. */
  egress(since?: string): Promise<ListedEgressEvent[]>;
  /** Tells how fast each model was in its last finished calls, in tokens per second. */
  speeds(): Promise<Readonly<Record<string, ModelSpeed>>>;
  /**
   * Answers from the calls of these runs alone, whatever pattern asks them: to compare
   * configurations.
   */
  replay(runIds: readonly string[]): Promise<Journal>;
  /**
   * Cancels a run, in whatever process it is; false if it is not running. @throws TandemError
   * `unknown_name`
   */
  cancel(runId: string): Promise<boolean>;
  /**
   * Removes runs that ended before an ISO time, or whose process died, with their content, and
   * what was read in documents before it; returns how many runs. What left from them stays on
   * record, until that is pruned by `kind: 'egress'`. Of what is removed no byte stays in the
   * store's files.
   * @throws TandemError `store_busy`
   */
  prune(before: string, options?: Pick<PruneOptions, 'kind'>): Promise<number>;
  /** Lists what was removed by `prune`, oldest first. */
  prunings(): Promise<Pruning[]>;
  /**
   * Keeps what a reader thought of the answer of a run, in the place of an earlier rating; it goes
   * with its run. Its words are kept where content is. @throws TandemError `unknown_name`
   */
  rate(runId: string, rating: Omit<RunRating, 'run' | 'at'>): Promise<void>;
  /** Lists ratings, oldest first. */
  ratings(): Promise<RunRating[]>;
  /**
   * Keeps something beside a run, to judge it by; it goes with its run. Its content is kept where
   * content is.
   */
  keepBeside(runId: string, part: BesideRun, kept: BesideRunKept): Promise<void>;
  /** Lists what is kept beside runs, newest first, contents apart. Default: 100,000. */
  listBeside(part: BesideRun, limit?: number): Promise<BesideHead[]>;
  /** Reads what is kept beside a run; undefined where there is nothing. */
  readBeside(runId: string, part: BesideRun): Promise<unknown>;
  /** The store behind it. */
  readonly store: RunStore;
  close(): void;
}

const journalKeys: KeysOf<JournalOptions> = {
  path: true,
  password: true,
  content: true,
  key: true,
  onChange: true,
  sync: true,
  leaseMs: true,
};

/**
 * Opens a journal. @throws TandemError `journal_failed`, `invalid_argument`, and `unknown_name` for
 * a misspelt option
 * @example
 * ```ts
 * using journal = openJournal({ path: '.tandem/tandem.db' });
 * await run({ journal, runId: 'first' }, async () => support.doGenerate(userCall('Hello')));
 * ```
 */
export function openJournal(options: JournalOptions = {}): FileJournal {
  requireKnown('openJournal', options, journalKeys);
  requireOneOf('content', options.content, ['full', 'hashes']);
  requireOneOf('onChange', options.onChange, ['refuse', 'call']);
  requireOneOf('sync', options.sync, ['before', 'behind']);
  const { path = defaultJournalPath, leaseMs = defaultLeaseMs } = options;
  const { store, cipher } = openSealed(path, howToOpen(options));
  const leases = openLeases(store, leaseMs);
  const parts: Parts = {
    store,
    cipher,
    leases,
    kept: options.content === 'hashes' ? undefined : cipher,
    onChange: options.onChange ?? 'refuse',
    durability: options.sync === 'behind' ? 'noted' : 'synced',
  };
  const close = () => {
    leases.close();
    store.close();
  };
  return {
    begin: recordOf.bind(undefined, parts),
    accounts: store,
    store,
    describe: describeRun.bind(undefined, parts),
    runs: limit => newestRuns(store, cipher, limit),
    page: query => listRuns(store, cipher, query),
    show: runId => showRun(store, cipher, runId),
    answers: runId => readAnswers(store, cipher, runId),
    sent: (runId, hash) => readSent(store, cipher, runId, hash),
    egress: async (since = '') => [...(await store.egress(since))],
    speeds: () => readSpeeds(store),
    replay: runIds => replayJournal(store, runIds, cipher),
    cancel: cancelRun.bind(undefined, parts),
    prune: (before, { kind = 'runs' } = {}) => store.prune(before, { kind, isDead }),
    prunings: async () => [...(await store.prunings())],
    ...judging(parts),
    close,
    [Symbol.dispose]: close,
    async [Symbol.asyncDispose]() {
      leases.close();
      await store[Symbol.asyncDispose]();
    },
  };
}

// What people say of runs, and what they need for it.
function judging(parts: Parts) {
  const { store, cipher, kept } = parts;
  return {
    rate: rateRun.bind(undefined, parts),
    ratings: () => readRatings(store, cipher),
    keepBeside: (run: string, part: BesideRun, given: BesideRunKept) =>
      keepBeside(store, kept, { run, part, at: now(), ...given }),
    listBeside: (part: BesideRun, limit?: number) => listBeside(store, part, limit),
    readBeside: (run: string, part: BesideRun) => readBeside(store, cipher, { run, part }),
  };
}

async function describeRun({ store, kept }: Parts, runId: string, program: unknown) {
  // What was asked is content too.
  const facts = kept ? { program: kept.seal(JSON.stringify(program)) } : {};
  await store.describe(runId, facts, now());
}

async function rateRun(
  { store, cipher, kept }: Parts,
  runId: string,
  rating: Omit<RunRating, 'run' | 'at'>,
): Promise<void> {
  await showRun(store, cipher, runId);
  await keepRating(store, kept, { ...rating, run: runId, at: now() });
}

async function cancelRun({ store, cipher }: Parts, runId: string): Promise<boolean> {
  const state = await store.cancel(runId);
  if (state === undefined) await showRun(store, cipher, runId);
  return state === 'running';
}

function howToOpen({ key, password, content, leaseMs = defaultLeaseMs }: JournalOptions) {
  const patienceMs = requireLease(leaseMs) / 4;
  return { patienceMs, key, password, holdsContent: content !== 'hashes' };
}

function requireLease(leaseMs: number): number {
  if (Number.isFinite(leaseMs) && leaseMs >= 200) return leaseMs;
  throw new TandemError(
    'invalid_argument',
    `\`leaseMs\` must be 200 or more, got ${leaseMs}. Leave it out for ${defaultLeaseMs}.`,
  );
}

interface Parts extends Required<Pick<JournalOptions, 'onChange'>> {
  readonly store: RunStore;
  readonly cipher: ContentCipher;
  readonly leases: Leases;
  /** Seals what is content; absent where content is not kept. */
  readonly kept: ContentCipher | undefined;
  /** Of finished calls. */
  readonly durability: 'synced' | 'noted';
}

/** A run at work, with what its row will say of it. */
interface RunAtWork {
  readonly begun: RunBegin;
  readonly parts: Parts;
  readonly lease: Lease;
  facts: RunFacts;
  /** Whether the row has the summary of a decision, and tells of none yet. */
  mayTell: boolean;
  /** The decision that the row tells of: it has no row of its own. */
  told: Decision | undefined;
}

// The record of one run at work: one object, whose parts share the run.
function recordOf(parts: Parts, begun: RunBegin): RunJournal {
  const { masks, owner, parent, isNew } = begun;
  const { cipher, kept, leases } = parts;
  const lease = leases.take(begun, {
    ...(masks && { secret: cipher.seal(newSecret()) }),
    facts: { ...(owner !== undefined && { owner }), ...(parent !== undefined && { parent }) },
  });
  const mayTell = isNew && kept !== undefined;
  const work: RunAtWork = { begun, parts, lease, facts: {}, mayTell, told: undefined };
  return Object.assign(finding(work), noting(work));
}

type CallRecords = Pick<RunJournal, 'confirm' | 'find' | 'record' | 'secret'> & { unkept: number };
type RunNotes = Pick<RunJournal, 'ask' | 'intend' | 'read' | 'decide' | 'end'>;

// What was finished before, and what is finished now.
function finding({ begun, parts, lease }: RunAtWork): CallRecords {
  const { store, cipher, kept, onChange, durability } = parts;
  let finished = begun.isNew ? new FinishedCalls() : undefined;
  let loading: Promise<FinishedCalls> | undefined;
  const load = async () => {
    const { state } = await lease.held;
    const isFirst = state === 'new';
    finished = isFirst ? new FinishedCalls() : await loadFinished(store, cipher, begun.runId);
    record.unkept = finished.unkept;
    return finished;
  };
  const record: CallRecords = {
    unkept: 0,
    confirm: lease.confirm,
    find(step) {
      if (finished) return finished.find(step, onChange);
      loading ??= load();
      return loading.then(loaded => loaded.find(step, onChange));
    },
    record(step) {
      if (step.answer) finished?.add(step, kept && step.answer);
      return lease.append([callEntry(step, kept)], durability);
    },
    async secret() {
      const { secret } = await lease.held;
      return secret === undefined ? newSecret() : cipher.open(secret);
    },
  };
  return record;
}

// What is noted of the run beside its calls, and its end.
function noting(work: RunAtWork): RunNotes {
  const { begun, lease } = work;
  const { kept } = work.parts;
  return {
    ask({ pattern, model, title }) {
      work.facts = { ...work.facts, pattern, model, ...(kept && { title: kept.seal(title()) }) };
    },
    intend(event, prompt) {
      const egress = [egressEntry(event, prompt, kept)];
      const sure = lease.confirm();
      return sure?.then(() => lease.append(egress, 'synced')) ?? lease.append(egress, 'synced');
    },
    // What is lost with the process is noted again when the run is resumed; a failure shows with
    // the next record.
    read: document => void lease.append([documentEntry(document, kept)], 'noted').catch(ignore),
    // The only decision of a run itself is told by the run's row; others have rows of their own.
    decide(decision) {
      const rows = [decision];
      if (decision.trail.length === 1) {
        work.facts = { ...work.facts, ...factsOf(decision.summary, kept) };
        if (work.told) rows.unshift(work.told);
        work.told = work.mayTell ? rows.pop() : undefined;
        work.mayTell = false;
      }
      for (const each of rows) {
        lease.append([decisionEntry(each, kept)], 'noted').catch(ignore);
      }
    },
    end({ state, error }) {
      const { facts } = work;
      const ending = { state, at: now(), facts, ...(error !== undefined && { error }) };
      return lease.release(begun, ending);
    },
  };
}

function ignore(): void {}

function newSecret(): string {
  return nodeCrypto().randomBytes(24).toString('base64url');
}
