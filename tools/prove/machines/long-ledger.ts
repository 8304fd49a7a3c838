import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { openStore } from '../../../src/entries/runs.ts';
import type { Proof } from '../journal.ts';
import { freshStore, pause, sayTimes } from '../owner-cuts.ts';
import { ownerLeaseMs as leaseMs } from '../owner-process.ts';

/** What a process that goes on with a ledger tells of itself. */
export interface LedgerWord {
  readonly kind: 'holds' | 'wrote' | 'done' | 'lost' | 'failed';
  readonly steps: number;
  /** Since 1970. */
  readonly atMs: number;
}

type Told = LedgerWord & { readonly pid: number };

/** Of the steps; then whoever is at work is killed, stopped, and killed. */
const cutsAt = [0.25, 0.5, 0.75];
const mostTakenMs = leaseMs + 500;
const patienceMs = 120_000;

/**
 * A long loop outlives three processes: two are killed, one is stopped for longer than its lease.
 * Each step is there once, in its place, and who was stopped writes nothing more.
 */
export async function proveLongLedger(share: number, server: string): Promise<Proof> {
  const count = Math.round(1_000_000 * share);
  const path = freshStore(server);
  const words: Told[] = [];
  const children = new Map<number, ChildProcess>();
  for (let n = 0; n <= cutsAt.length; n++) {
    const args = [path, String(count), String(leaseMs)];
    const child = fork(join(import.meta.dirname, 'ledger-child.ts'), args, { silent: true });
    child.on('message', word => words.push({ ...(word as LedgerWord), pid: child.pid! }));
    children.set(child.pid!, child);
  }
  const found = await cutAlong(words, children, count);
  for (const child of children.values()) child.kill('SIGKILL');
  const problems = [...found.problems, ...(await wrongSteps(path, count))];
  const says =
    `a loop of ${count} steps, two kills and a stop: taken over in ${sayTimes(found.takenMs)}, ` +
    `${found.seconds.toFixed(1)} s in all`;
  return { says: [says], problems };
}

async function cutAlong(words: Told[], children: ReadonlyMap<number, ChildProcess>, count: number) {
  const takenMs: number[] = [];
  const problems: string[] = [];
  const begun = (await next(words, ({ kind }) => kind === 'holds'))?.atMs ?? 0;
  for (const [n, at] of cutsAt.entries()) {
    const last = await next(words, ({ kind, steps }) => kind === 'wrote' && steps >= at * count);
    const holder = children.get(last?.pid ?? 0);
    if (!holder) return { takenMs, problems: [...problems, 'nobody goes on'], seconds: 0 };
    const cutMs = Date.now();
    holder.kill(n === 1 ? 'SIGSTOP' : 'SIGKILL');
    const taken = await next(words, ({ kind, pid, atMs }) => {
      return kind === 'holds' && pid !== holder.pid && atMs >= cutMs;
    });
    takenMs.push((taken?.atMs ?? Number.POSITIVE_INFINITY) - cutMs);
    if (n !== 1) continue;
    holder.kill('SIGCONT');
    const end = await next(words, ({ kind, pid }) => {
      return pid === holder.pid && kind !== 'holds' && kind !== 'wrote';
    });
    if (end?.kind !== 'lost') problems.push(`a stopped process ended with ${end?.kind}`);
  }
  const done = await next(words, ({ kind }) => kind === 'done');
  if (!done) problems.push('the loop was not ended');
  const late = takenMs.filter(ms => ms > mostTakenMs);
  problems.push(...late.map(ms => `a ledger was taken over after ${ms} ms`));
  return { takenMs, problems, seconds: ((done?.atMs ?? begun) - begun) / 1000 };
}

async function next(words: readonly Told[], isMeant: (word: Told) => boolean) {
  for (const untilMs = Date.now() + patienceMs; Date.now() < untilMs; await pause(5)) {
    const found = words.findLast(isMeant);
    if (found) return found;
  }
  return undefined;
}

async function wrongSteps(path: string, count: number): Promise<string[]> {
  await using store = openStore(path, { patienceMs: 2000 });
  let read = 0;
  let wrong = 0;
  for await (const page of store.steps('long', 0))
    for (const { action } of page) if (action !== `[${read++}]`) wrong++;
  return read === count && wrong === 0
    ? []
    : [`${read} steps of ${count}, ${wrong} of them others`];
}
