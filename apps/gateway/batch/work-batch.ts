import type { Caller } from '../policy/keys.ts';
import type { Services } from '../services.ts';
import { keptLabel, stricterLabel } from '../wire/controls.ts';
import { openTurns, type Turns } from '../workers/lend-lines.ts';
import { answerInTime, writtenWrong } from './answer-line.ts';
import type { BatchHold } from './batch-hold.ts';
import { type BatchLine, type BatchUrl, readLines, type WrongLine } from './batch-lines.ts';
import type { KeptBatch, LineOwner } from './batch-store.ts';
import { workThrough } from './work-through.ts';

/** A batch that this process has begun with. */
export interface ActiveBatch {
  batch: KeptBatch;
  /** Whether no other process works through it. */
  isHeld: boolean;
  readonly controller: AbortController;
  done: Promise<void>;
}

/** Why a batch ends that was cancelled. */
export const cancelled = new DOMException('The batch was cancelled.', 'AbortError');
// How soon one that was cancelled elsewhere ends.
const heedMs = 1000;

interface Working {
  readonly caller: Caller;
  readonly bytes: Uint8Array;
}

/** Works through a batch, if no other process does: several servers may share a store. */
export async function workAlone(
  services: Services,
  own: ActiveBatch,
  working: Working,
): Promise<void> {
  const { id } = own.batch;
  const owner = working.caller.name;
  const { controller } = own;
  const { batches } = services.state;
  const of = { owner, batch: id };
  const hold = await batches.hold(of, () => controller.abort());
  if (!hold) return;
  own.isHeld = true;
  const heed = async () => {
    const askedAt = await batches.askedToEnd(of);
    if (askedAt !== undefined) controller.abort(cancelled);
  };
  const heeding = setInterval(() => void heed().catch(() => {}), heedMs).unref();
  let state: Parameters<BatchHold['release']>[0] = 'aborted';
  try {
    // Another may have been at it since it was read.
    own.batch = (await batches.get(owner, id)) ?? own.batch;
    if (own.batch.ended_at === undefined) await work(services, own, { ...working, hold });
    if (own.batch.ended_at !== undefined) state = 'done';
  } finally {
    clearInterval(heeding);
    await hold.release(state);
  }
}

async function work(
  services: Services,
  own: ActiveBatch,
  working: Working & { readonly hold: BatchHold },
): Promise<void> {
  const { caller, bytes, hold } = working;
  const { controller } = own;
  const { signal } = controller;
  const of: LineOwner = { owner: caller.name, batch: own.batch.id };
  const { batches } = services.state;
  const finished = await batches.finished(of);
  const counts = own.batch.request_counts;
  counts.completed = [...finished.values()].filter(each => each.isAnswered).length;
  counts.failed = finished.size - counts.completed;
  const askedAt = async () => own.batch.cancelling_at ?? (await batches.askedToEnd(of));
  if ((await askedAt()) !== undefined) controller.abort(cancelled);
  const { batchLanes } = services.catalogue().settings.limits;
  const turns = openTurns(batchLanes);
  const lanes = services.lending?.lanes ?? batchLanes;
  const lines = linesOf(bytes, services, own.batch.endpoint as BatchUrl);
  await workThrough(lines, { lanes, signal }, async line => {
    if (finished.has(line.at)) return;
    const { controls } = own.batch;
    const isAnswered = await settle(services, line, { ...{ caller, of, controls }, turns, signal });
    if (isAnswered === undefined) return;
    counts[isAnswered ? 'completed' : 'failed']++;
  });
  const isCancelled = controller.signal.reason === cancelled;
  if (controller.signal.aborted && !isCancelled) return;
  const status = isCancelled ? 'cancelling' : 'finalizing';
  const endedBy = isCancelled && { cancelling_at: (await askedAt()) ?? seconds() };
  own.batch = { ...own.batch, status, ...endedBy };
  own.batch = await finalized(services, own.batch, of);
  own.batch = { ...own.batch, status: isCancelled ? 'cancelled' : 'completed' };
  // One that was stopped meanwhile has lost it, and what another has written stays.
  await hold.confirm();
  await batches.put(caller.name, own.batch);
  await batches.forgetLines(of);
  await services.lending?.forget(of.batch);
}

interface Settling {
  readonly caller: Caller;
  readonly of: LineOwner;
  readonly controls: KeptBatch['controls'];
  readonly turns: Turns;
  readonly signal: AbortSignal;
}

// Whether it was answered; `undefined` of one that was cut off.
async function settle(
  services: Services,
  line: BatchLine | WrongLine,
  { caller, of, controls, turns, signal }: Settling,
): Promise<boolean | undefined> {
  const { batches } = services.state;
  if ('problem' in line) {
    const written = JSON.stringify(writtenWrong(line, of.batch));
    await batches.keepLine(of, line.at, { isAnswered: false, written });
    return false;
  }
  const asker = { services, catalogue: services.catalogue(), caller, controls, batchId: of.batch };
  try {
    const { lending } = services;
    const outcome = lending
      ? await lending.answer({ asker, line, signal }, turns)
      : await answerInTime(asker, line, signal);
    const { isAnswered, label, written } = outcome;
    const kept = { isAnswered, label, written: JSON.stringify(written) };
    await batches.keepLine(of, line.at, kept);
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
    let label = keptLabel(batch.controls);
    for (const at of places) {
      const line = finished.get(at)!;
      if (line.isAnswered !== isAnswered) continue;
      label = stricterLabel(label, line.label);
      parts.push(Buffer.from(`${await state.batches.line(of, at)}\n`));
    }
    if (parts.length === 0) return null;
    const file = { name, mediaType: 'application/jsonl', bytes: Buffer.concat(parts) };
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

/** Reads the lines of a batch. */
export function linesOf(bytes: Uint8Array, services: Services, endpoint?: BatchUrl) {
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

/** Now, as OpenAI tells times. */
export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
