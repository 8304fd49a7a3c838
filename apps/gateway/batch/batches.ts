import { newRunId } from '../../../src/entries/runs.ts';
import type { Caller } from '../policy/keys.ts';
import type { Services } from '../services.ts';
import { answerLine, writtenWrong } from './answer-line.ts';
import { type BatchLine, type BatchUrl, readLines, type WrongLine } from './batch-lines.ts';
import type { KeptBatch, LineOwner } from './batch-store.ts';
import { workThrough } from './work-through.ts';

/** What a batch is begun with. */
export interface NewBatch
  extends Pick<
    KeptBatch,
    'endpoint' | 'input_file_id' | 'completion_window' | 'metadata' | 'controls'
  > {
  readonly caller: Caller;
  /** Of the requests' lines. */
  readonly bytes: Uint8Array;
}

/** The batches of a server, which it works through beside its requests. */
export interface Batches {
  /** Keeps a batch and begins with it. */
  start(batch: NewBatch): Promise<KeptBatch>;
  get(owner: string, id: string): Promise<KeptBatch | undefined>;
  /** Newest first. */
  list(owner: string): Promise<KeptBatch[]>;
  /** Begins nothing more of it; undefined if there is none. */
  cancel(owner: string, id: string): Promise<KeptBatch | undefined>;
  /** Goes on with what an earlier process has left. */
  resume(): Promise<void>;
  /** Stops at once; what is finished is kept, and the rest is gone on with. */
  close(): Promise<void>;
}

interface Active {
  batch: KeptBatch;
  readonly controller: AbortController;
  done: Promise<void>;
}

/** Opens the batches of a server. */
export function openBatches(services: () => Services): Batches {
  const active = new Map<string, Active>();
  const begin = (caller: Caller, batch: KeptBatch, bytes: Uint8Array) => {
    const own: Active = { batch, controller: new AbortController(), done: Promise.resolve() };
    active.set(batch.id, own);
    own.done = work(services(), own, { caller, bytes })
      // What the store cannot keep now is gone on with by the next process.
      .catch(() => {})
      .finally(() => active.delete(batch.id));
  };
  const get = async (owner: string, id: string) => {
    const kept = await services().state.batches.get(owner, id);
    // Counts are kept now and then, and known at once where the batch is at work.
    return kept && (active.get(id)?.batch ?? kept);
  };
  return {
    async start({ caller, bytes, ...given }) {
      const total = await sizeOf(bytes, services());
      const fresh = newBatch(given, total);
      await services().state.batches.put(caller.name, fresh);
      if (fresh.status === 'in_progress') begin(caller, fresh, bytes);
      return fresh;
    },
    get,
    async list(owner) {
      const all = await services().state.batches.list(owner);
      return all.map(each => active.get(each.id)?.batch ?? each);
    },
    async cancel(owner, id) {
      const batch = await get(owner, id);
      const own = active.get(id);
      if (!batch || !own) return batch;
      own.batch = { ...own.batch, status: 'cancelling', cancelling_at: seconds() };
      await services().state.batches.put(owner, own.batch);
      own.controller.abort(cancelled);
      return own.batch;
    },
    async resume() {
      for await (const { caller, batch, bytes } of unfinished(services()))
        if (!active.has(batch.id)) begin(caller, batch, bytes);
    },
    async close() {
      for (const { controller } of active.values()) controller.abort();
      await Promise.all([...active.values()].map(({ done }) => done));
    },
  };
}

async function* unfinished({ state, catalogue }: Services) {
  const { keys } = catalogue().settings;
  const named: Caller[] = keys.map(key => ({ name: key.name, key }));
  for (const caller of named.length > 0 ? named : [{ name: 'local', key: undefined }]) {
    const batches = await state.batches.list(caller.name);
    for (const batch of batches.filter(each => each.ended_at === undefined)) {
      const file = await state.file(caller.name, batch.input_file_id);
      if (file) yield { caller, batch, bytes: file.bytes };
    }
  }
}

const cancelled = new DOMException('The batch was cancelled.', 'AbortError');
const dayS = 86_400;

interface Working {
  readonly caller: Caller;
  readonly bytes: Uint8Array;
}

async function work(services: Services, own: Active, working: Working): Promise<void> {
  const { caller, bytes } = working;
  const { controller } = own;
  const { signal } = controller;
  const of: LineOwner = { owner: caller.name, batch: own.batch.id };
  const finished = await services.state.batches.finished(of);
  const counts = own.batch.request_counts;
  counts.completed = [...finished.values()].filter(Boolean).length;
  counts.failed = finished.size - counts.completed;
  if (own.batch.status === 'cancelling') controller.abort(cancelled);
  const { batchLanes: lanes } = services.catalogue().settings.limits;
  const lines = linesOf(bytes, services, own.batch.endpoint as BatchUrl);
  await workThrough(lines, { lanes, signal }, async line => {
    if (finished.has(line.at)) return;
    const { controls } = own.batch;
    const isAnswered = await settle(services, line, { ...{ caller, of, controls }, signal });
    if (isAnswered === undefined) return;
    counts[isAnswered ? 'completed' : 'failed']++;
  });
  const isCancelled = controller.signal.reason === cancelled;
  if (controller.signal.aborted && !isCancelled) return;
  own.batch = { ...own.batch, status: isCancelled ? 'cancelling' : 'finalizing' };
  own.batch = await finalized(services, own.batch, of);
  own.batch = { ...own.batch, status: isCancelled ? 'cancelled' : 'completed' };
  await services.state.batches.put(caller.name, own.batch);
  await services.state.batches.forgetLines(of);
}

interface Settling {
  readonly caller: Caller;
  readonly of: LineOwner;
  readonly controls: KeptBatch['controls'];
  readonly signal: AbortSignal;
}

// Whether it was answered; `undefined` of one that was cut off.
async function settle(
  services: Services,
  line: BatchLine | WrongLine,
  { caller, of, controls, signal }: Settling,
): Promise<boolean | undefined> {
  const { batches } = services.state;
  if ('problem' in line) {
    const written = JSON.stringify(writtenWrong(line, of.batch));
    await batches.keepLine(of, line.at, { isAnswered: false, written });
    return false;
  }
  const asker = { services, catalogue: services.catalogue(), caller, controls, batchId: of.batch };
  try {
    const { isAnswered, written } = await answerLine(asker, line, signal);
    await batches.keepLine(of, line.at, { isAnswered, written: JSON.stringify(written) });
    return isAnswered;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** Writes the finished lines to files, in the order of the requests. */
async function finalized({ state }: Services, batch: KeptBatch, of: LineOwner): Promise<KeptBatch> {
  const finished = await state.batches.finished(of);
  const places = [...finished.keys()].sort((a, b) => a - b);
  const written = async (isAnswered: boolean, name: string): Promise<string | null> => {
    const parts: Buffer[] = [];
    for (const at of places.filter(each => finished.get(each) === isAnswered))
      parts.push(Buffer.from(`${await state.batches.line(of, at)}\n`));
    if (parts.length === 0) return null;
    const file = { name, mediaType: 'application/jsonl', bytes: Buffer.concat(parts) };
    const { label } = batch.controls;
    const row = { ...file, purpose: 'batch_output', ...(label && { label }) };
    return (await state.addFile(of.owner, { ...row, expiresAt: undefined, unread: undefined })).id;
  };
  return {
    ...batch,
    output_file_id: await written(true, `${batch.id}_output.jsonl`),
    error_file_id: await written(false, `${batch.id}_error.jsonl`),
    ended_at: seconds(),
  };
}

function newBatch(given: Omit<NewBatch, 'caller' | 'bytes'>, total: number): KeptBatch {
  const fresh = {
    ...given,
    id: `batch_${newRunId().replaceAll('-', '')}`,
    created_at: seconds(),
    ...{ output_file_id: null, error_file_id: null },
    request_counts: { total, completed: 0, failed: 0 },
  };
  if (total > 0) return { ...fresh, status: 'in_progress' };
  const message = 'The file has no line. Write one request a line.';
  return {
    ...fresh,
    status: 'failed',
    ended_at: seconds(),
    problem: { code: 'empty_file', message },
  };
}

async function sizeOf(bytes: Uint8Array, services: Services): Promise<number> {
  let total = 0;
  for await (const _ of linesOf(bytes, services)) total++;
  return total;
}

function linesOf(bytes: Uint8Array, services: Services, endpoint?: BatchUrl) {
  const { bodyBytes: mostBytes } = services.catalogue().settings.limits;
  return readLines(slices(bytes), { mostBytes, endpoint });
}

const sliceBytes = 64 * 1024;

// Other requests have their turn between two slices.
async function* slices(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += sliceBytes) {
    yield bytes.subarray(from, from + sliceBytes);
    await new Promise(setImmediate);
  }
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** Writes a batch as OpenAI's clients read it. */
export function batchObject({ problem, ended_at: ended, ...batch }: KeptBatch): object {
  const at = (status: KeptBatch['status']) => (batch.status === status ? (ended ?? null) : null);
  return {
    id: batch.id,
    object: 'batch',
    endpoint: batch.endpoint,
    errors: problem ? { object: 'list', data: [{ ...problem, line: null, param: null }] } : null,
    input_file_id: batch.input_file_id,
    completion_window: batch.completion_window,
    status: batch.status,
    output_file_id: batch.output_file_id,
    error_file_id: batch.error_file_id,
    created_at: batch.created_at,
    in_progress_at: batch.created_at,
    expires_at: batch.created_at + dayS,
    finalizing_at: ended ?? null,
    completed_at: at('completed'),
    failed_at: at('failed'),
    expired_at: null,
    cancelling_at: batch.cancelling_at ?? null,
    cancelled_at: at('cancelled'),
    request_counts: batch.request_counts,
    metadata: batch.metadata,
  };
}
