import { seededRandom } from '../../src/algorithms/seeded-random.ts';
import { leastLead, taskSuccess } from '../../src/algorithms/votes/vote-odds.ts';
import { TandemError } from '../../src/model/errors.ts';
import type { Pilot } from '../../src/patterns/maker/solve/pilot-result.ts';
import { leadFor } from '../../src/patterns/maker/solve/projection.ts';
import type { Sampler } from '../../src/patterns/maker/solve/sampler.ts';
import { pilot, solve } from '../../src/patterns/maker/solve/solve.ts';
import { type SumState, summingTask } from '../../src/patterns/maker/tasks/summing.ts';
import type { Proof } from './journal.ts';

const steps = 1000;
const target = 0.95;
const task = summingTask(steps);

/**
 * A simulated solver, one wrong alternative: how often it is right on each step, and what is
 * expected of its pilots.
 */
interface Case {
  readonly name: string;
  readonly p: (step: number) => number;
  /** Least share of pilots whose k must meet the target; without it the share is told alone. */
  readonly ofAll?: number;
  readonly ofSome?: number;
}

const cases: readonly Case[] = [
  { name: 'right in .99 of its votes, on every step', p: () => 0.99, ofAll: 0.9, ofSome: 0.9 },
  { name: '.9 on every step', p: () => 0.9, ofAll: 0.9, ofSome: 0.9 },
  { name: '.7 on every step', p: () => 0.7, ofAll: 0.9, ofSome: 0.9 },
  {
    name: '.75 on 50 steps, .99 on 950',
    p: n => (n % 20 === 3 ? 0.75 : 0.99),
    ofAll: 0.9,
    ofSome: 0.8,
  },
  { name: '.65 on one step, .995 on 999', p: n => (n === 500 ? 0.65 : 0.995), ofAll: 0.8 },
  { name: 'from .999 down to .7, ever faster', p: n => 0.999 - 0.3 * (n / steps) ** 4, ofAll: 0.7 },
];

/**
 * Holds the k of so many pilots for each of some simulated solvers against what votes with that k
 * come to, step by step (MAKER, eq. 13), beside the k of the formula that has one p for all steps.
 */
export async function provePilot(pilots: number): Promise<Proof> {
  const says: string[] = [
    `share of ${pilots} pilots whose k meets the target of ${target} over ${steps} steps`,
  ];
  const problems: string[] = [];
  for (const { name, p, ofAll, ofSome } of cases) {
    for (const [states, least] of [
      ['all', ofAll],
      [200, ofSome],
    ] as const) {
      const { met, formula, leads } = await tryOut(p, states, pilots);
      const range = `k ${leads[0]} to ${leads.at(-1)}`;
      const shown = `${name}; ${states} states: ${met.toFixed(2)}, ${range}`;
      says.push(`  ${shown}; by one p for all ${formula.toFixed(2)}`);
      if (least !== undefined && met < least)
        problems.push(`${name}; ${states} states: ${met.toFixed(2)}, not ${least}`);
    }
  }
  await proveRules(pilots, { says, problems });
  return { says, problems };
}

/** Whole runs by both rules, from pilots of 200 states, where 50 of the steps are hard. */
async function proveRules(
  runs: number,
  { says, problems }: { says: string[]; problems: string[] },
): Promise<void> {
  const { name, p } = cases[3]!;
  for (const rule of ['lead', 'posterior'] as const) {
    let [right, votes] = [0, 0];
    for (let seed = 5001; seed <= 5000 + runs; seed++) {
      const { state, votesPerStep } = await solve({ task, solver: solverOf(p), seed, rule });
      if (state.sum === (steps * (steps - 1)) / 2) right++;
      votes += votesPerStep;
    }
    says.push(
      `${name}, by rule ${rule}: ${right} of ${runs} runs right, ${(votes / runs).toFixed(2)} ` +
        'votes a step',
    );
    if (right < 0.8 * runs) problems.push(`rule ${rule}: ${right} of ${runs} runs right`);
  }
}

function solverOf(p: Case['p']): Sampler<SumState> {
  return ({ state: { n, sum }, seed }) => String(n + sum + (seededRandom(seed)() < p(n) ? 0 : 1));
}

async function tryOut(p: Case['p'], states: number | 'all', pilots: number) {
  const solver = solverOf(p);
  const success = (k: number) =>
    Array.from({ length: steps }, (_, n) => taskSuccess({ p: p(n), steps: 1 }, k)).reduce(
      (all, each) => all * each,
      1,
    );
  const leads: number[] = [];
  let [met, formula] = [0, 0];
  for (let seed = 2001; seed <= 2000 + pilots; seed++) {
    const found = await pilot({ task, solver, seed, states });
    const k = leadOf(found);
    if (k !== undefined) leads.push(k);
    if (k !== undefined && success(k) >= target) met++;
    if (success(leastLead({ p: found.pLower, steps }, target)) >= target) formula++;
  }
  return { met: met / pilots, formula: formula / pilots, leads: leads.sort((a, b) => a - b) };
}

function leadOf(found: Pilot): number | undefined {
  try {
    return leadFor(found, steps, target);
  } catch (error) {
    if (!TandemError.isInstance(error)) throw error;
    return undefined;
  }
}
