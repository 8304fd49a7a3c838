import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import {
  type OwnerProcess,
  ownerLeaseMs,
  type Payment,
  paymentsIn,
  type RunFiles,
  startOwner,
} from './owner-process.ts';
import { checkRun, expectedOutput } from './owner-records.ts';

/**
 * Milliseconds within which a successor pays its first call: the lease, and half a second to notice
 * and to load.
 */
const takeoverMs = ownerLeaseMs + 500;
const callsOfRun = 1000;
// So many calls must be left when an owner is cut off, or its successor has nothing to pay.
const leastLeft = 150;

/**
 * A run with a process that has it, another that waits for it, and a third that has not asked yet.
 */
export interface Contest {
  readonly files: RunFiles;
  readonly holder: OwnerProcess;
  readonly waiter: OwnerProcess;
  readonly spare: OwnerProcess;
}

/** What a cut came to. */
export interface CutFinding {
  /**
   * Milliseconds from the cut to the successor's first payment; absent where nobody could take the
   * run over.
   */
  readonly takenMs?: number;
  readonly problems: readonly string[];
  /** What the process that was stopped paid when it went on: see `paidWhenGoingOn`. */
  readonly inHand?: readonly Payment[];
  /** Who goes on. */
  readonly holder: OwnerProcess;
}

/** What all cuts came to. */
export interface Cuts {
  readonly takenMs: readonly number[];
  readonly problems: readonly string[];
  readonly runs: number;
  readonly payments: number;
  readonly excess: number;
  /** Calls that stopped processes had in hand, and paid when they went on. */
  readonly inHand: number;
}

/** How often owners are cut off. */
export interface CutPlan {
  readonly times: number;
  readonly random: () => number;
  /** The Postgres that the runs are kept in. Default: a file for each. */
  readonly server?: string | undefined;
}

/** Cuts off owners so many times, in as many runs as that takes, and checks each run as it ends. */
export async function cutOwners(
  { times, random, server }: CutPlan,
  cut: (contest: Contest, index: number) => Promise<CutFinding>,
): Promise<Cuts> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-owner-'));
  const seen = {
    takenMs: [] as number[],
    problems: [] as string[],
    runs: 0,
    payments: 0,
    excess: 0,
    inHand: 0,
  };
  for (let done = 0; done < times; ) {
    const name = join(folder, String(seen.runs++));
    const path = server === undefined ? `${name}.db` : freshStore(server);
    const files = { path, log: `${name}.log`, calls: callsOfRun };
    const found = await cutRun(files, {
      most: times - done,
      random,
      cut: contest => cut(contest, done++),
    });
    const { problems, excess } = await checkRun(files, found.cuts, found.inHand);
    seen.inHand += found.inHand.length;
    seen.takenMs.push(...found.takenMs);
    seen.problems.push(...found.problems, ...problems);
    seen.excess += excess;
    seen.payments += paymentsIn(files.log).length;
  }
  rmSync(folder, { recursive: true, force: true });
  return seen;
}

interface RunCuts {
  /** Cuts of this run, at most. */
  readonly most: number;
  readonly random: () => number;
  readonly cut: (contest: Contest) => Promise<CutFinding>;
}

// Cuts off one owner of a run after the other, until it has too little left for that; then lets it
// end.
async function cutRun(files: RunFiles, { most, random, cut }: RunCuts) {
  const seen = {
    takenMs: [] as number[],
    problems: [] as string[],
    inHand: [] as Payment[],
    cuts: 0,
  };
  let [holder, waiter] = [startOwner(files), startOwner(files)];
  await holder.ask();
  await firstPayment(files, 0, () => true);
  await waiter.ask();
  while (seen.cuts < most && !holder.hasEnded()) {
    // Not while it starts: it would take the time that the successor is given.
    const spare = startOwner(files);
    await spare.ready;
    // The owner works for a while, so that it is cut off at any point of its work.
    await pause(random() * 300);
    if (!isRoomy(files)) {
      spare.signal('SIGKILL');
      break;
    }
    const found = await cut({ files, holder, waiter, spare });
    seen.cuts++;
    if (found.takenMs !== undefined) seen.takenMs.push(found.takenMs);
    seen.problems.push(...found.problems);
    seen.inHand.push(...(found.inHand ?? []));
    ({ holder } = found);
    waiter = holder === spare ? startOwner(files) : spare;
    await waiter.ask();
  }
  for (const each of [holder, waiter]) seen.problems.push(...(await wrongEnd(each, files)));
  return seen;
}

function isRoomy({ log, calls }: RunFiles): boolean {
  return new Set(paymentsIn(log).map(({ call }) => call)).size < calls - leastLeft;
}

async function wrongEnd(owner: OwnerProcess, files: RunFiles): Promise<string[]> {
  const end = await owner.ended;
  if (end?.output === expectedOutput(files)) return [];
  return [
    `the process ${owner.pid} ended with ${end?.code || 'another result'}, where it should have ` +
      'the answers',
  ];
}

/** Waits for a payment after so many; `undefined` if none comes in time. */
export async function firstPayment(
  { log }: RunFiles,
  after: number,
  is: (payment: Payment) => boolean,
  mostMs = 60_000,
): Promise<Payment | undefined> {
  for (const untilMs = Date.now() + mostMs; Date.now() < untilMs; await pause(10)) {
    const found = paymentsIn(log).slice(after).find(is);
    if (found) return found;
  }
  return undefined;
}

/** Tells how long a successor has taken, and what is wrong with that. */
export function judgeTakeover(
  fromMs: number,
  payment: Payment | undefined,
): Pick<CutFinding, 'takenMs' | 'problems'> {
  if (!payment) return { problems: ['nobody took a run over'] };
  const takenMs = payment.atMs - fromMs;
  const problems =
    takenMs > takeoverMs
      ? [`a run was taken over after ${takenMs} ms, with ${takeoverMs} allowed`]
      : [];
  return { takenMs, problems };
}

/**
 * What a process that was stopped paid when it went on. The first may have been in hand: a process
 * can be stopped in the microseconds between its look at the clock and its call, and nothing within
 * it can know. It does one thing at a time, so that a second one is a failure.
 */
export function paidWhenGoingOn({ log }: RunFiles, pid: number, contMs: number) {
  const [inHand, ...late] = paymentsIn(log).filter(each => each.pid === pid && each.atMs >= contMs);
  return {
    inHand: inHand ? [inHand] : [],
    problems: late.map(
      ({ call }) => `a stopped process paid the call ${call} after it had lost the run`,
    ),
  };
}

const schemas: string[] = [];

/** The address of a store on a Postgres that is not there yet. */
export function freshStore(server: string): string {
  const url = new URL(server);
  const schema = `prove_${randomBytes(6).toString('hex')}`;
  url.searchParams.set('schema', schema);
  schemas.push(schema);
  return url.href;
}

/** Removes what was made on a Postgres. */
export async function dropStores(server: string): Promise<void> {
  const pool = new Pool({ connectionString: server, max: 1 });
  for (const schema of schemas.splice(0))
    await pool.query(`drop schema if exists ${schema}, ${schema}_queue cascade`);
  await pool.end();
}

/** Writes the least, middle and greatest of some times. */
export function sayTimes(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Number(
      (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1),
    );
  return `${at(0)} to ${at(1)} ms, median ${at(0.5)} (${sorted.length})`;
}

export function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
