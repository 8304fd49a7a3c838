import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Proof } from '../journal.ts';
import {
  firstPayment,
  freshStore,
  judgeTakeover,
  paidWhenGoingOn,
  pause,
  sayTimes,
} from '../owner-cuts.ts';
import {
  type OwnerProcess,
  ownerLeaseMs,
  type Payment,
  paymentsIn,
  type RunFiles,
  startOwner,
} from '../owner-process.ts';
import { checkRun, expectedOutput } from '../owner-records.ts';

const lanes = 64;
const callMs = 50;
/** Of the calls; then the owner is killed, stopped, and killed. */
const cutsAt = [0.25, 0.5, 0.75];
// Takeovers are a second or so each, however few the calls are.
const mostTimesIdeal = 1.8;

/**
 * A run of very many calls outlives two processes that are killed at it, and one that is stopped
 * for longer than its lease: each call is recorded once, at most those in flight are paid again,
 * and the whole takes hardly longer.
 */
export async function proveLongRun(share: number, server: string): Promise<Proof> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-long-'));
  const calls = Math.max(2000, Math.round(10_000 * share));
  const files = { path: freshStore(server), log: join(folder, 'a.log'), calls, lanes, callMs };
  const { takenMs, tookMs, ...found } = await cutAlong(files);
  const { excess, problems } = await checkRun(files, cutsAt.length, found.inHand);
  rmSync(folder, { recursive: true, force: true });
  // Two lanes wait for a place at the model.
  const times = tookMs / ((calls * callMs) / (lanes - 2));
  const says =
    `${calls} calls × ${callMs} ms in ${lanes} lanes, two kills and a stop: ${calls + excess} ` +
    `paid, taken over in ${sayTimes(takenMs)}, ${times.toFixed(2)} × ideal`;
  const isSlow = share >= 1 && times > mostTimesIdeal;
  const slow = isSlow ? [`more than ${mostTimesIdeal} × ideal: ${says}`] : [];
  return { says: [says], problems: [...found.problems, ...problems, ...slow] };
}

async function cutAlong(files: RunFiles) {
  const owners = Array.from({ length: cutsAt.length + 1 }, () => startOwner(files));
  const [first, ...others] = owners;
  await Promise.all(owners.map(({ ready }) => ready));
  await first!.ask();
  const begun = await firstPayment(files, 0, () => true);
  for (const other of others) await other.ask();
  const takenMs: number[] = [];
  const problems: string[] = [];
  const inHand: Payment[] = [];
  for (const [n, at] of cutsAt.entries()) {
    if (!(await isReached(at, files, owners))) break;
    const found = await cutOne(files, owners, n === 1);
    if (found.takenMs !== undefined) takenMs.push(found.takenMs);
    problems.push(...found.problems);
    inHand.push(...(found.inHand ?? []));
  }
  const ends = await Promise.all(owners.map(({ ended }) => ended));
  const tookMs = Date.now() - begun!.atMs;
  const outputs = ends.filter(end => end?.output === expectedOutput(files)).length;
  const codes = ends.map(end => end?.code ?? 'no word').join(', ');
  if (outputs === 0) problems.push(`no process has all the answers; they ended with ${codes}`);
  return { takenMs, tookMs, problems, inHand };
}

// Waits until so much is paid; false where nobody is left to pay.
async function isReached(at: number, { log, calls }: RunFiles, owners: readonly OwnerProcess[]) {
  while (new Set(paymentsIn(log).map(({ call }) => call)).size < at * calls) {
    if (owners.every(owner => owner.hasEnded())) return false;
    await pause(20);
  }
  return true;
}

// Whoever has paid last is at work; one that is stopped goes on when it has lost the run.
async function cutOne(files: RunFiles, owners: readonly OwnerProcess[], isStop: boolean) {
  const paid = paymentsIn(files.log);
  const holder = owners.find(({ pid }) => pid === paid.at(-1)?.pid)!;
  const cutMs = Date.now();
  holder.signal(isStop ? 'SIGSTOP' : 'SIGKILL');
  const next = await firstPayment(files, paid.length, ({ pid }) => pid !== holder.pid, 10_000);
  const { takenMs, problems } = judgeTakeover(cutMs, next);
  if (!isStop) return { takenMs, problems, inHand: [] };
  await pause(ownerLeaseMs / 4);
  const contMs = Date.now();
  holder.signal('SIGCONT');
  const end = await holder.ended;
  const late = paidWhenGoingOn(files, holder.pid, contMs);
  return {
    takenMs,
    problems: [
      ...problems,
      ...(end?.code === 'run_taken' ? [] : [`a stopped process ended with ${end?.code}`]),
      ...late.problems,
    ],
    inHand: late.inHand,
  };
}
