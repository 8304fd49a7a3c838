import { hanoiTask, leadFor, model, type Pilot, pilot, project, solve, TandemError } from '../src/index.ts';
import type { BenchResult } from './main.ts';

const disks = 10;
const target = 0.95;
const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const temperatures = [1.5, 1.4, 1.3, 1.2, 1.1, 1];
const cold = 0.7;

// Form alone is checked, as in the paper: with the rules of the game as a check, hardly an error is left to vote on.
const task = hanoiTask(disks, { checks: 'form', namings: 6 });
const steps = 2 ** disks - 1;

/** Whole towers solved by real inference: k from a pilot, beside one sample a step; and a solver that votes cannot cure. */
export async function makerRealBench(): Promise<BenchResult> {
  const solver = model('tiny:hanoi-random-errors');
  const { temperature, found, k } = await hottest(solver);
  const hot = [temperature, temperature] as const;
  const lone: Attempt[] = [];
  for (const seed of seeds) lone.push(await attempt({ solver, k: 1, seed, temperatures: hot }));
  const cpuBefore = process.cpuUsage();
  const voted: Attempt[] = [];
  for (const seed of seeds) voted.push(await attempt({ solver, k, seed, temperatures: hot }));
  const { user, system } = process.cpuUsage(cpuBefore);
  const votes = voted.reduce((sum, { samples }) => sum + samples, 0);
  const rightOf = (runs: readonly Attempt[]) => runs.filter(({ isRight }) => isRight).length;
  const { success } = project(found, steps, k);
  const says = [
    `temperature ${temperature}: ${found.right} of ${found.votes} valid votes right, ${(100 * found.valid).toFixed(1)} % valid`,
    `k = ${k} for ${target} over ${steps} steps, projected at ${success!.toFixed(3)} or more; seeds ${seeds.join(', ')}`,
  ];
  return {
    bench: `maker on a real toy model (${solver.modelId}, ${disks} disks, ${says.join('; ')})`,
    rows: [
      {
        what: `k = ${k}: runs of ${seeds.length} with an error`,
        median: seeds.length - rightOf(voted),
        unit: '',
        atMost: 1,
      },
      { what: `k = 1: runs of ${seeds.length} without one`, median: rightOf(lone), unit: '', atMost: 4 },
      { what: 'CPU time of a vote', median: (user + system) / 1000 / votes, unit: 'ms', atMost: 1000 / 80 },
      { what: 'prompt tokens read anew a step', median: average(voted, ({ read }) => read), unit: '' },
      { what: 'prompt tokens of a vote', median: average(voted, ({ prompt }) => prompt), unit: '' },
      { what: 'systematic errors: pilots that accept the target', median: await accepted(), unit: '', atMost: 0 },
    ],
  };
}

async function hottest(solver: ReturnType<typeof model>): Promise<{ temperature: number; found: Pilot; k: number }> {
  for (const temperature of temperatures) {
    const found = await pilot({ task, solver, temperatures: [temperature, temperature] });
    try {
      return { temperature, found, k: leadFor(found, steps, target) };
    } catch (error) {
      if (!TandemError.isInstance(error)) throw error;
      console.error(`temperature ${temperature}: ${error.message}`);
    }
  }
  throw new Error('No temperature was accepted.');
}

interface Attempt {
  readonly isRight: boolean;
  readonly samples: number;
  /** Prompt tokens a step that were read, not found read. */
  readonly read: number;
  readonly prompt: number;
}

async function attempt(options: {
  solver: ReturnType<typeof model>;
  k: number;
  seed: number;
  temperatures: readonly [number, number];
}): Promise<Attempt> {
  let wrong = 0;
  let state = task.initial;
  const onStep = ({ action }: { action: string }) => {
    if (action !== task.truth!(state)) wrong++;
    state = task.apply(state, action);
  };
  try {
    // Ends where it leaves the right path: what comes after could not be right any more.
    const first = { ...task, isDone: (at: typeof state) => wrong > 0 || task.isDone(at) };
    const { samples, totals, steps: done } = await solve({ ...options, task: first, onStep });
    const { inputTokens, cachedTokens, calls } = totals;
    const isRight = wrong === 0 && done === steps;
    return { isRight, samples, read: (inputTokens - cachedTokens) / done, prompt: inputTokens / calls };
  } catch (error) {
    if (!TandemError.isInstance(error)) throw error;
    return { isRight: false, samples: 0, read: 0, prompt: 0 };
  }
}

async function accepted(): Promise<number> {
  const found = await pilot({ task, solver: model('tiny:hanoi-systematic-errors'), temperatures: [cold, cold] });
  try {
    leadFor(found, steps, target);
    return 1;
  } catch (error) {
    if (!TandemError.isInstance(error)) throw error;
    console.error(`tiny:hanoi-systematic-errors: ${error.message}`);
    return 0;
  }
}

function average<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0) / values.length;
}
