import { hash } from 'node:crypto';
import type { ModelSpeed } from '../algorithms/fit-speed.ts';
import { nearest } from '../algorithms/nearest.ts';
import { TandemError } from '../model/errors.ts';
import type { Journal, JournaledStep, RunEnd } from '../model/run/ports.ts';
import { activeRuns } from './active-runs.ts';
import { answerToJson } from './answer-json.ts';
import { type ContentCipher, contentCipher } from './content-cipher.ts';
import { finishedCalls } from './finished-calls.ts';
import {
  type CallFacts,
  callFacts,
  callRow,
  contentRow,
  crossingRow,
  decisionRow,
  documentRow,
  endRow,
  programRow,
  type RunEntry,
  runRow,
} from './journal-rows.ts';
import { type RecordedAnswer, readAnswers } from './read-answers.ts';
import {
  type ListedCrossing,
  listCrossings,
  listRuns,
  type RunDetails,
  type RunRow,
  readRun,
  sumSpent,
} from './read-runs.ts';
import { readSpeeds } from './read-speeds.ts';
import { replayJournal } from './replay.ts';
import { runSecret } from './run-secret.ts';
import { Store, type Write } from './store.ts';

/** Options of a journal. */
export interface JournalOptions {
  /** The file. Default: `.tandem/tandem.db`. */
  readonly path?: string;
  /** `full` keeps answers, so that runs can be resumed; `hashes` keeps figures and hashes alone. Default: `full`. */
  readonly content?: 'full' | 'hashes';
  /** Encrypts answers and programs at rest, by this pass phrase. Figures and names stay readable. Default: none. */
  readonly key?: string;
  /** What a changed call at a known place means: an error, or a new call. Default: `refuse`. */
  readonly onChange?: 'refuse' | 'call';
  /**
   * When an answer is handed on: `before` its record is on disk, or with the record up to 25 ms `behind`, which many
   * calls then share, and which the death of the process can lose. What leaves for a cloud is noted on disk first in
   * either case. Default: `before`.
   */
  readonly sync?: 'before' | 'behind';
}

/** A journal in a file: it keeps finished calls, and tells what they were. */
export interface FileJournal extends Journal, Disposable {
  /** Says what a run was started with, so that it can be asked again. */
  describe(runId: string, program: unknown): Promise<void>;
  /** Lists runs, newest first. */
  runs(limit?: number): RunRow[];
  /** Shows a run with its calls and crossings. @throws TandemError `unknown_name` */
  show(runId: string): RunDetails;
  /** Reads the answers of a run, in the order of recording. */
  answers(runId: string): RecordedAnswer[];
  /** Lists what left for a cloud, since an ISO time if one is given, oldest first. */
  crossings(since?: string): ListedCrossing[];
  /** Tells how fast each model was in its last finished calls, in tokens per second. */
  speeds(): Readonly<Record<string, ModelSpeed>>;
  /** Answers from the calls of these runs alone, whatever pattern asks them: to compare configurations. */
  replay(runIds: readonly string[]): Journal;
  /** Cancels a run, in whatever process it is; false if it is not running. @throws TandemError `unknown_name` */
  cancel(runId: string): Promise<boolean>;
  /** Removes runs that ended before an ISO time, and content that nobody refers to any more; returns how many runs. */
  prune(before: string): Promise<number>;
  close(): void;
}

/** Where a journal lies if nobody says otherwise. */
export const defaultJournalPath = '.tandem/tandem.db';

/** Opens a journal. @throws TandemError `journal_failed` */
export function openJournal(options: JournalOptions = {}): FileJournal {
  const { path = defaultJournalPath, content = 'full', onChange = 'refuse', sync = 'before' } = options;
  const cipher = contentCipher(options.key);
  const store = new Store(path);
  const memory = finishedCalls(store, cipher);
  const active = activeRuns(store);
  const entries = runEntries(store);
  const close = () => {
    active.stop();
    store.close();
  };
  return {
    begin(runId, cancel, isNew = false) {
      memory.begin(runId, isNew);
      active.add(runId, cancel);
      entries.begin(runId);
    },
    find: step => memory.find(step, onChange),
    intend: crossing => store.write([crossingRow(crossing, now())]),
    async record(step) {
      const body = bodyOf(step);
      const facts = callFacts(step, now());
      const rows = () => rowsOf(facts, body(), content === 'full' ? cipher : undefined);
      if (sync === 'before') await store.write(rows());
      else {
        store.requireSound();
        store.note(rows);
      }
      memory.add(step, content === 'full' ? body : () => undefined);
    },
    read: document => store.note([documentRow(document)]),
    // Not waited for: a decision that is lost with the process is made again when the run is resumed.
    decide: decision => store.note([decisionRow(decision, { at: now(), hasReason: content === 'full' })]),
    end(run) {
      memory.forget(run.runId);
      active.remove(run.runId);
      // A run whose end cannot be noted stays `running`, which is what it looks like after a crash too.
      entries.end(run);
    },
    spentSince: since => sumSpent(store, since),
    secretOf: runId => runSecret(store, cipher, runId),
    async describe(runId, program) {
      // What was asked is content too.
      const rows = content === 'full' ? [programRow(runId, cipher.seal(JSON.stringify(program)))] : [];
      await store.write([runRow({ runId, at: now(), end: undefined }), ...rows]);
    },
    ...readersOf(store, cipher),
    close,
    [Symbol.dispose]: close,
  };
}

// A run that ends before its row is due is written once.
function runEntries(store: Store) {
  const due = new Map<string, RunEntry>();
  return {
    begin(runId: string) {
      const entry: RunEntry = { runId, at: now(), end: undefined };
      due.set(runId, entry);
      store.note(() => {
        if (due.get(runId) === entry) due.delete(runId);
        return [runRow(entry)];
      });
    },
    end(run: RunEnd) {
      const end = { ...run, at: now() };
      const entry = due.get(run.runId);
      if (entry) entry.end = end;
      else store.note([endRow(end)]);
    },
  };
}

// Written out when it is first needed: where records lag, that is after the answer was handed on.
function bodyOf({ answer }: JournaledStep): () => string | undefined {
  let body: string | undefined;
  return () => (body ??= answer && answerToJson(answer));
}

function rowsOf(facts: CallFacts, body: string | undefined, cipher: ContentCipher | undefined): Write[] {
  if (body === undefined) return [callRow(facts, undefined)];
  const answer = hash('sha256', body, 'base64url');
  return [...(cipher ? [contentRow(answer, cipher.seal(body))] : []), callRow(facts, answer)];
}

function readersOf(store: Store, cipher: ContentCipher) {
  return {
    runs: (limit?: number) => listRuns(store, limit),
    show: (runId: string) => readRun(store, { id: runId, cipher }) ?? unknownRun(store, runId),
    answers: (runId: string) => readAnswers(store, runId, cipher),
    crossings: (since?: string) => listCrossings(store, since),
    speeds: () => readSpeeds(store),
    replay: (runIds: readonly string[]) => replayJournal(store, runIds, cipher),
    cancel: (runId: string) => cancel(store, runId),
    prune: (before: string) => prune(store, before),
  };
}

function unknownRun(store: Store, runId: string): never {
  const known = listRuns(store, 100).map(({ id }) => id);
  const near = known.find(id => id.startsWith(runId)) ?? nearest(runId, known);
  const advice = near ? `Did you mean "${near}"?` : 'See `tandem runs`.';
  throw new TandemError('unknown_name', `There is no run "${runId}" in the journal. ${advice}`, { data: { runId } });
}

async function cancel(store: Store, runId: string): Promise<boolean> {
  const [row] = store.read<{ state: string }>('select state from run where id = :id', { id: runId });
  if (!row) unknownRun(store, runId);
  if (row.state !== 'running') return false;
  await store.write([{ sql: "update run set state = 'cancelled' where id = :id", values: { id: runId } }]);
  return true;
}

async function prune(store: Store, before: string): Promise<number> {
  const values = { before };
  const old = 'select id from run where ended_at < :before';
  const [row] = store.read<{ count: number }>('select count(*) as count from run where ended_at < :before', values);
  await store.write([
    { sql: `delete from call where run in (${old})`, values },
    { sql: `delete from crossing where run in (${old})`, values },
    { sql: `delete from accepted where ledger in (select id from ledger where run in (${old}))`, values },
    { sql: `delete from ledger where run in (${old})`, values },
    { sql: `delete from decision where run in (${old})`, values },
    { sql: `delete from document where run in (${old})`, values },
    { sql: 'delete from run where ended_at < :before', values },
    { sql: 'delete from content where hash not in (select answer from call where answer is not null)', values: {} },
  ]);
  return row?.count ?? 0;
}

let second = { ms: Number.NaN, text: '' };

// Times of one second differ in their last digits alone; a date written anew costs as much as a row.
function now(): string {
  const at = Date.now();
  const ms = at % 1000;
  if (second.ms !== at - ms) second = { ms: at - ms, text: new Date(at - ms).toISOString().slice(0, 20) };
  return `${second.text}${String(ms).padStart(3, '0')}Z`;
}
