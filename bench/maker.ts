import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hanoiTask, openLedger, solve } from '../src/entries/solve.ts';
import type { BenchResult } from './main.ts';
import { towerModel, towerSampler } from './tower-solver.ts';

const disks = 20;
const k = 3;
const measured = 20_000;
const errorModel = { p: 0.9978, valid: 0.97 };
// Seconds after which a process is killed: three instants somewhere in the run.
const killAfterMs = [2300, 4100, 3700];

/** A million steps that are killed three times, with a simulated solver; and what a vote costs. */
export async function makerBench(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
  const path = join(folder, 'ledger.db');
  const killed = await runKilled(path);
  const wrong = await wrongSteps(path);
  const megabytes = megabytesOf(path);
  rmSync(folder, { recursive: true, force: true });
  const [bySampler, byModel] = [await timeVotes('sampler'), await timeVotes('model')];
  return {
    bench:
      `maker (simulated solver: p = ${errorModel.p}, one wrong alternative, ` +
      `${errorModel.valid} valid; k = ${k})`,
    rows: [
      ...runRows(killed, wrong, megabytes),
      { what: 'CPU time of a vote through a function', median: bySampler, unit: 'µs', atMost: 10 },
      {
        what: 'CPU time of a vote through a model and `ask`',
        median: byModel,
        unit: 'µs',
        atMost: 60,
      },
    ],
  };
}

/** A run that was killed on its way, and what its last process said of it. */
interface KilledRun {
  readonly kills: number;
  readonly seconds: number;
  readonly last: {
    readonly steps: number;
    readonly votesPerStep: number;
    readonly megabytes: number;
    readonly resumedFrom: number;
  };
}

/** Goes on with the steps after every kill, until they are done. */
async function runKilled(path: string): Promise<KilledRun> {
  const begun = performance.now();
  let kills = 0;
  for (const delay of killAfterMs)
    if (await child(path, delay).then(({ wasKilled }) => wasKilled)) kills++;
  const { output } = await child(path, undefined);
  const seconds = (performance.now() - begun) / 1000;
  return { kills, seconds, last: JSON.parse(output) };
}

/** The size of a ledger, with what is not yet written into its main file. */
function megabytesOf(path: string): number {
  const log = `${path}-wal`;
  return (statSync(path).size + (existsSync(log) ? statSync(log).size : 0)) / 1e6;
}

function runRows(
  { kills, seconds, last }: KilledRun,
  wrong: number,
  megabytes: number,
): BenchResult['rows'] {
  const steps = 2 ** disks - 1;
  const off = Math.abs(last.votesPerStep / formulaVotes() - 1);
  return [
    {
      what: `${steps} steps of Hanoi, killed ${kills} times`,
      median: seconds,
      unit: 's',
      atMost: 90,
    },
    { what: 'wrong or missing steps', median: wrong + (steps - last.steps), unit: '', atMost: 0 },
    { what: 'kills that hit nothing', median: killAfterMs.length - kills, unit: '', atMost: 0 },
    {
      what: 'memory of the last process (heap of 128 MB)',
      median: last.megabytes,
      unit: 'MB',
      atMost: 300,
    },
    { what: 'ledger', median: megabytes, unit: 'MB', atMost: 60 },
    {
      what: `votes a step (formula ${formulaVotes().toFixed(4)})`,
      median: last.votesPerStep,
      unit: '',
    },
    { what: 'off the formula', median: 100 * off, unit: '%', atMost: 1 },
  ];
}

/**
 * The votes of a step: k(2q - 1) / (2p - 1), with q the probability that it ends right (MAKER, eq.
 * 16).
 */
function formulaVotes(): number {
  const { p } = errorModel;
  const right = 1 / (1 + ((1 - p) / p) ** k);
  return (k * (2 * right - 1)) / (2 * p - 1);
}

function child(
  path: string,
  delayMs: number | undefined,
): Promise<{ output: string; wasKilled: boolean }> {
  return new Promise((resolve, reject) => {
    const program = join(import.meta.dirname, 'maker-child.ts');
    const options = [path, disks, errorModel.p, errorModel.valid].map(String);
    // The heap is held small, so that what is measured is what the loop needs, not what is left
    // lying about.
    const process_ = spawn(process.execPath, ['--max-old-space-size=128', program, ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    process_.stdout.on('data', chunk => {
      output += chunk;
    });
    const timer =
      delayMs === undefined ? undefined : setTimeout(() => process_.kill('SIGKILL'), delayMs);
    process_.on('error', reject);
    process_.on('close', (_code, signal) => {
      clearTimeout(timer);
      resolve({ output: output.trim(), wasKilled: signal === 'SIGKILL' });
    });
  });
}

/** Holds every accepted step against the rule of the game. */
async function wrongSteps(path: string): Promise<number> {
  const task = hanoiTask(disks);
  using ledger = await openLedger({ path, runId: '0d6f6a52-8a4b-4c3e-9d53-0f1d2b3c4d5e' });
  const { wrong } = await ledger.fold(
    { state: task.initial, wrong: 0 },
    ({ state, wrong }, { action }) => ({
      state: task.apply(state, action as string),
      wrong: wrong + (action === task.truth!(state) ? 0 : 1),
    }),
  );
  return wrong;
}

/** CPU microseconds a vote, over the first 20,000 steps: the median of five runs. */
async function timeVotes(by: 'sampler' | 'model'): Promise<number> {
  const task = hanoiTask(disks);
  const solver = by === 'sampler' ? towerSampler(task, errorModel) : towerModel(task, errorModel);
  const times: number[] = [];
  for (let run = 0; run < 5; run++) {
    let left = measured;
    const first = { ...task, isDone: () => left-- === 0 };
    const before = process.cpuUsage();
    const { samples } = await solve({ task: first, solver, k, seed: run });
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / samples);
  }
  return times.sort((a, b) => a - b)[2]!;
}
