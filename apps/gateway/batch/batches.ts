import { newRunId } from '../../../src/entries/runs.ts';
import type { Caller } from '../policy/keys.ts';
import type { Services } from '../services.ts';
import type { StateStore } from '../state-store.ts';
import type { KeptBatch } from './batch-store.ts';
import { type ActiveBatch, cancelled, linesOf, seconds, workAlone } from './work-batch.ts';

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
  /** How many this process is at work on, or waits for. */
  readonly active: number;
  /** Goes on with what an earlier process has left. */
  resume(): Promise<void>;
  /** Stops at once; what is finished is kept, and the rest is gone on with. */
  close(): Promise<void>;
}

/** Opens the batches of a server. */
export function openBatches(services: () => Services): Batches {
  const active = new Map<string, ActiveBatch>();
  let looking: NodeJS.Timeout | undefined;
  const begin = (caller: Caller, batch: KeptBatch, bytes: Uint8Array) => {
    const controller = new AbortController();
    const own: ActiveBatch = { batch, isHeld: false, controller, done: Promise.resolve() };
    active.set(batch.id, own);
    own.done = workAlone(services(), own, { caller, bytes })
      // What the store cannot keep now is gone on with later.
      .catch(() => {})
      .finally(() => active.delete(batch.id));
  };
  const resume = async () => {
    for await (const { caller, batch, bytes } of unfinished(services(), active))
      if (!active.has(batch.id)) begin(caller, batch, bytes);
  };
  return {
    async start({ caller, bytes, ...given }) {
      const total = await sizeOf(bytes, services());
      const fresh = newBatch(given, total);
      await services().state.batches.put(caller.name, fresh);
      if (fresh.status === 'in_progress') begin(caller, fresh, bytes);
      return fresh;
    },
    ...reading(services, active),
    get active() {
      return active.size;
    },
    async resume() {
      await resume();
      // Another process on this store may die, or end with something left.
      looking = setInterval(() => void resume().catch(() => {}), lookMs).unref();
    },
    async close() {
      clearInterval(looking);
      for (const { controller } of active.values()) controller.abort();
      await Promise.all([...active.values()].map(({ done }) => done));
    },
  };
}

function reading(services: () => Services, active: ReadonlyMap<string, ActiveBatch>) {
  const heldHere = (id: string) => {
    const own = active.get(id);
    return own?.isHeld ? own : undefined;
  };
  const get = async (owner: string, id: string) => {
    const kept = await services().state.batches.get(owner, id);
    if (!kept || kept.ended_at !== undefined) return kept;
    return heldHere(id)?.batch ?? readNow(services().state, owner, id);
  };
  return {
    get,
    async list(owner: string) {
      const all = await services().state.batches.list(owner);
      const now = async (each: KeptBatch) => (await get(owner, each.id)) ?? each;
      return Promise.all(all.map(each => (each.ended_at === undefined ? now(each) : each)));
    },
    async cancel(owner: string, id: string): Promise<KeptBatch | undefined> {
      const batch = await get(owner, id);
      if (!batch || batch.ended_at !== undefined) return batch;
      const { batches } = services().state;
      const own = heldHere(id);
      const ending = { status: 'cancelling', cancelling_at: seconds() } as const;
      if (!own) {
        await batches.askToEnd({ owner, batch: id });
        return { ...batch, ...ending };
      }
      own.batch = { ...own.batch, ...ending };
      await batches.put(owner, own.batch);
      own.controller.abort(cancelled);
      return own.batch;
    },
  };
}

const dayS = 86_400;
const lookMs = 10_000;

async function* unfinished({ state, catalogue }: Services, active: ReadonlyMap<string, unknown>) {
  const { keys } = catalogue().settings;
  const named: Caller[] = keys.map(key => ({ name: key.name, key }));
  for (const caller of named.length > 0 ? named : [{ name: 'local', key: undefined }]) {
    const batches = await state.batches.unfinished(caller.name);
    for (const batch of batches.filter(each => !active.has(each.id))) {
      const file = await state.file(caller.name, batch.input_file_id);
      if (file) yield { caller, batch, bytes: file.bytes };
    }
  }
}

/** Reads a batch that another process works through, as far as that is. */
export async function readNow(
  { batches }: Pick<StateStore, 'batches'>,
  owner: string,
  id: string,
): Promise<KeptBatch | undefined> {
  const of = { owner, batch: id };
  const [finished, askedAt] = [await batches.finished(of), await batches.askedToEnd(of)];
  // It may have ended meanwhile, with its lines forgotten.
  const batch = await batches.get(owner, id);
  if (batch?.ended_at !== undefined || !batch) return batch;
  const completed = [...finished.values()].filter(each => each.isAnswered).length;
  const counts = { completed, failed: finished.size - completed };
  return {
    ...batch,
    ...(askedAt !== undefined && { status: 'cancelling', cancelling_at: askedAt }),
    request_counts: { ...batch.request_counts, ...counts },
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
