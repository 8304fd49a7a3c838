import { hash } from 'node:crypto';
import type { ModelSpeed } from '../algorithms/fit-speed.ts';
import { nearest } from '../algorithms/nearest.ts';
import { TandemError } from '../model/errors.ts';
import type { Crossing, Decision, Journal, JournaledStep, ReadDocument, RunEnd, StepAddress } from '../model/ports.ts';
import type { Answer } from '../model/types.ts';
import { activeRuns } from './active-runs.ts';
import { answerFromJson, answerToJson } from './answer-json.ts';
import { type ContentCipher, contentCipher } from './content-cipher.ts';
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
import { Store } from './store.ts';

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
  const close = () => {
    active.stop();
    store.close();
  };
  return {
    begin(runId, cancel) {
      memory.forget(runId);
      active.add(runId, cancel);
      store.note([beginRow(runId)]);
    },
    find: step => memory.find(step, onChange),
    intend: crossing => store.write([crossingRow(crossing)]),
    async record(step) {
      const body = step.answer && answerToJson(step.answer);
      const answer = body === undefined ? undefined : hash('sha256', body, 'base64url');
      const isKept = answer !== undefined && body !== undefined && content === 'full';
      const contents = isKept ? [contentRow(answer, cipher.seal(body))] : [];
      const rows = [...contents, callRow(step, answer)];
      if (sync === 'before') await store.write(rows);
      else {
        store.requireSound();
        store.note(rows);
      }
      memory.add(step, content === 'full' ? body : undefined);
    },
    read: document => store.note([documentRow(document)]),
    // Not waited for: a decision that is lost with the process is made again when the run is resumed.
    decide: decision => store.note([decisionRow(decision, content === 'full')]),
    end(run) {
      memory.forget(run.runId);
      active.remove(run.runId);
      // A run whose end cannot be noted stays `running`, which is what it looks like after a crash too.
      store.note([endRow(run)]);
    },
    spentSince: since => sumSpent(store, since),
    secretOf: runId => runSecret(store, cipher, runId),
    async describe(runId, program) {
      // What was asked is content too.
      const rows = content === 'full' ? [programRow(runId, cipher.seal(JSON.stringify(program)))] : [];
      await store.write([beginRow(runId), ...rows]);
    },
    ...readersOf(store, cipher),
    close,
    [Symbol.dispose]: close,
  };
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

interface Finished {
  readonly key: string;
  readonly digest: StepAddress['digest'];
  readonly body: string | undefined;
}

// The calls of a run are loaded once, when it is first asked about; lookups then cost nothing.
function finishedCalls(store: Store, cipher: ContentCipher) {
  const byRun = new Map<string, { byKey: Map<string, Finished>; bySlot: Map<string, Finished> }>();
  const load = (runId: string) => {
    const known = byRun.get(runId);
    if (known) return known;
    const loaded = { byKey: new Map<string, Finished>(), bySlot: new Map<string, Finished>() };
    const rows = store.readCommitted<{ key: string; slot: string; digest: string; body: string | null }>(
      `select key, slot, digest, body from call left join content on content.hash = call.answer
       where run = :run and answer is not null order by seq`,
      { run: runId },
    );
    for (const { key, slot, digest, body } of rows) {
      const finished = {
        key,
        digest: JSON.parse(digest) as StepAddress['digest'],
        body: body === null ? undefined : cipher.open(body),
      };
      loaded.byKey.set(key, finished);
      loaded.bySlot.set(slot, finished);
    }
    byRun.set(runId, loaded);
    return loaded;
  };
  return {
    forget: (runId: string) => void byRun.delete(runId),
    add(step: JournaledStep, body: string | undefined) {
      if (!step.answer) return;
      const finished = { key: step.key, digest: step.digest, body };
      byRun.get(step.runId)?.byKey.set(step.key, finished);
      byRun.get(step.runId)?.bySlot.set(step.slot, finished);
    },
    find(step: StepAddress, onChange: 'refuse' | 'call'): Answer | undefined {
      const { byKey, bySlot } = load(step.runId);
      const body = byKey.get(step.key)?.body;
      if (body !== undefined) return answerFromJson(body);
      const other = bySlot.get(step.slot);
      if (other && other.key !== step.key && onChange === 'refuse') throw mismatch(step, other);
      return undefined;
    },
  };
}

function mismatch(step: StepAddress, recorded: Finished): TandemError {
  const parts = ['model', 'prompt', 'options'] as const;
  const changed = parts.filter(part => step.digest[part] !== recorded.digest[part]);
  const place = step.slot.split('>').at(-1) ?? step.slot;
  return new TandemError(
    'resume_mismatch',
    `The run ${step.runId} has recorded another call at "${place}": its ${changed.join(' and ') || 'order'} changed. ` +
      'Start a new run, or allow changes.',
    { data: { runId: step.runId, place, changed } },
  );
}

function unknownRun(store: Store, runId: string): never {
  const known = listRuns(store, 100).map(({ id }) => id);
  const near = known.find(id => id.startsWith(runId)) ?? nearest(runId, known);
  const advice = near ? `Did you mean "${near}"?` : 'See `tandem runs`.';
  throw new TandemError('unknown_name', `There is no run "${runId}" in the journal. ${advice}`, { data: { runId } });
}

function beginRow(runId: string) {
  const sql = `insert into run(id, begun_at, state) values (:id, :at, 'running')
    on conflict(id) do update set state = 'running', ended_at = null, error = null`;
  return { sql, values: { id: runId, at: now() } };
}

function endRow({ runId, state, error }: RunEnd) {
  const sql = 'update run set ended_at = :at, state = :state, error = :error where id = :id';
  return { sql, values: { id: runId, at: now(), state, error: error ?? null } };
}

function programRow(runId: string, program: string) {
  return {
    sql: 'update run set program = :program where id = :id',
    values: { id: runId, program },
  };
}

function crossingRow({ runId, modelId, purpose, characters, tokens, contentHash, masked, label }: Crossing) {
  const sql = `insert into crossing(run, at, destination, purpose, characters, tokens, content_hash, masked, label)
    values (:run, :at, :destination, :purpose, :characters, :tokens, :hash, :masked, :label)`;
  const values = {
    run: runId,
    at: now(),
    destination: modelId,
    purpose,
    characters,
    tokens,
    hash: contentHash,
    masked,
    label,
  };
  return { sql, values };
}

function documentRow({ runId, id, title, characters, label }: ReadDocument & { readonly runId: string }) {
  const sql = `insert or replace into document(run, hash, title, characters, label)
    values (:run, :hash, :title, :characters, :label)`;
  return { sql, values: { run: runId, hash: id, title, characters, label } };
}

// A reason may quote a validator of the user's, which may quote an answer: in `hashes` mode it is left out.
function decisionRow({ runId, trail, summary }: Decision, hasReason: boolean) {
  const sql = `insert into decision(run, at, trail, answered_by, place, reason, confidence, degraded)
    values (:run, :at, :trail, :answeredBy, :place, :reason, :confidence, :degraded)`;
  const { answeredBy, place, reason, confidence, degraded } = summary;
  const values = {
    run: runId,
    at: now(),
    trail: JSON.stringify(trail),
    answeredBy,
    place,
    reason: hasReason ? reason : '',
    confidence: confidence ?? null,
    degraded: degraded ? 1 : 0,
  };
  return { sql, values };
}

function contentRow(answer: string, body: string) {
  return { sql: 'insert or ignore into content(hash, body) values (:hash, :body)', values: { hash: answer, body } };
}

// In `hashes` mode the hash stands without its content; a call that was cut has neither.
function callRow(step: JournaledStep, answer: string | undefined) {
  const { span } = step;
  const sql = `insert into call(run, at, key, slot, digest, trail, model, place, input_tokens, cached_tokens,
      output_tokens, cost_usd, characters, attempts, duration_ms, answer)
    values (:run, :at, :key, :slot, :digest, :trail, :model, :place, :input, :cached, :output, :cost, :characters,
      :attempts, :duration, :answer)`;
  const values = {
    run: step.runId,
    at: now(),
    key: step.key,
    slot: step.slot,
    digest: JSON.stringify(step.digest),
    trail: JSON.stringify(step.trail),
    model: span.modelId,
    place: span.place ?? 'cloud',
    input: span.tokens?.input ?? null,
    cached: span.tokens?.cachedInput ?? null,
    output: span.tokens?.output ?? null,
    cost: span.costUsd === 'unknown' ? null : span.costUsd,
    characters: span.characters,
    attempts: span.attempts,
    duration: span.durationMs ?? null,
    answer: answer ?? null,
  };
  return { sql, values };
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

function now(): string {
  return new Date().toISOString();
}
