import {
  type HardState,
  hanoiTask,
  leadFor,
  multiplicationTask,
  type Pilot,
  pilot,
  project,
  type Solution,
  solve,
  type Task,
  unseenBy,
} from '../src/entries/solve.ts';
import { type LanguageModel, model, TandemError } from '../src/index.ts';
import type { BenchResult } from './main.ts';

const target = 0.95;
const seeds = [501, 502, 503, 504, 505, 506, 507, 508, 509, 510];
// The hottest at which a pilot of all states accepts the target is taken.
const temperatures = [1.5, 1.4, 1.3, 1.2, 1.1, 1];
const cold = 0.7;

// Form alone is checked, as in the paper: with the rules of the game as a check, hardly an error is
// left to vote on.
const towers = hanoiTask(10, { checks: 'form' });
const renamedTowers = hanoiTask(10, { checks: 'form', namings: 6 });
const product = multiplicationTask('918273645546372819', '123456789987654321');

type Row = BenchResult['rows'][number];

/**
 * Whole tasks solved by real inference: k from a pilot, beside one sample a step; and solvers that
 * votes cannot cure.
 */
export async function makerRealBench(): Promise<BenchResult> {
  const rows = [
    ...(await rowsOf({ name: 'Hanoi', task: towers, solver: model('tiny:hanoi-random-errors') })),
    ...(await rowsOf({
      name: 'product',
      task: product,
      solver: model('tiny:multiplication-random-errors'),
    })),
    ...(await rowsOfBlindSpot(model('tiny:hanoi-blind-spot'))),
    {
      what: 'systematic errors: pilots that accept the target',
      median:
        (await accepts(towers, model('tiny:hanoi-systematic-errors'))) +
        (await accepts(product, model('tiny:multiplication-systematic-errors'))),
      unit: '',
      atMost: 0,
    },
  ];
  return {
    bench: `maker on real toy models (target ${target}, seeds ${seeds[0]} to ${seeds.at(-1)})`,
    rows,
  };
}

async function rowsOf<State>(given: {
  name: string;
  task: Task<State, string> | Task<State, number>;
  solver: LanguageModel;
}): Promise<Row[]> {
  const { name, solver } = given;
  const task = given.task as Task<State, unknown>;
  const { temperature, k } = await hottest(task, solver);
  const options = { task, solver, temperatures: [temperature, temperature] as const };
  const lone = await attempts({ ...options, k: 1 }, seeds);
  const voted = await attempts({ ...options, k }, seeds);
  const prompt = voted.inputTokens / voted.calls;
  return [
    { what: `${name}: temperature`, median: temperature, unit: '' },
    {
      what: `${name}, k = ${k}: runs of 10 with an error`,
      median: voted.wrong,
      unit: '',
      atMost: 1,
    },
    { what: `${name}, k = 1: runs of 10 without one`, median: lone.right, unit: '', atMost: 4 },
    {
      what: `${name}: CPU time of a vote`,
      median: voted.cpuMs / voted.samples,
      unit: 'ms',
      atMost: 1000 / 80,
    },
    { what: `${name}: samples a step`, median: voted.samples / voted.steps, unit: '' },
    {
      what: `${name}: prompt tokens read a step, of ${prompt.toFixed(1)}`,
      median: (voted.inputTokens - voted.cachedTokens) / voted.steps,
      unit: '',
      atMost: Number(prompt.toFixed(1)),
    },
  ];
}

/**
 * One state of the 1,023 is wrong for good: what a sample of states misses, all states show, and
 * other wordings cure.
 */
async function rowsOfBlindSpot(solver: LanguageModel): Promise<Row[]> {
  const temperatures = [1.5, 1.5] as const;
  const some = await pilot({ task: towers, solver, temperatures });
  const k = leadOf(some, `${solver.modelId}, 200 states`);
  const few = seeds.slice(0, 3);
  const voted =
    k === undefined ? undefined : await attempts({ task: towers, solver, temperatures, k }, few);
  const all = await pilot({ task: towers, solver, temperatures, states: 'all' });
  const cured = await attempts({ task: renamedTowers, solver, temperatures, k: k ?? 3 }, few);
  return [
    {
      what: 'one blind spot, 200 states: pilots that accept',
      median: k === undefined ? 0 : 1,
      unit: '',
    },
    {
      what: `the same, k = ${k}: runs of ${few.length} with an error`,
      median: voted?.wrong ?? 0,
      unit: '',
    },
    {
      what: 'one blind spot, all states: pilots that accept',
      median: leadOf(all, `${solver.modelId}, all states`) === undefined ? 0 : 1,
      unit: '',
      atMost: 0,
    },
    {
      what: `six namings, k = ${k}: runs of ${few.length} with an error`,
      median: cured.wrong,
      unit: '',
    },
    { what: 'six namings: CPU time of a vote', median: cured.cpuMs / cured.samples, unit: 'ms' },
  ];
}

async function hottest<State>(
  task: Task<State, unknown>,
  solver: LanguageModel,
): Promise<{ temperature: number; found: Pilot; k: number }> {
  for (const temperature of temperatures) {
    const found = await pilot({
      task,
      solver,
      temperatures: [temperature, temperature],
      states: 'all',
    });
    const k = leadOf(found, `${task.name}, ${solver.modelId}, temperature ${temperature}`);
    if (k !== undefined) return { temperature, found, k };
  }
  throw new Error('No temperature was accepted.');
}

interface Counts {
  right: number;
  wrong: number;
  samples: number;
  steps: number;
  calls: number;
  inputTokens: number;
  cachedTokens: number;
  cpuMs: number;
}

interface AttemptOptions<State> {
  readonly task: Task<State, unknown>;
  readonly solver: LanguageModel;
  readonly k: number;
  readonly temperatures: readonly [number, number];
}

async function attempts<State, Action>(
  options: Omit<AttemptOptions<State>, 'task'> & { readonly task: Task<State, Action> },
  seeds: readonly number[],
): Promise<Counts> {
  const sum: Counts = {
    right: 0,
    wrong: 0,
    samples: 0,
    steps: 0,
    calls: 0,
    inputTokens: 0,
    cachedTokens: 0,
    cpuMs: 0,
  };
  const before = process.cpuUsage();
  const wrongAt: string[] = [];
  for (const seed of seeds) {
    const { at, found } = await attempt({
      ...options,
      task: options.task as Task<State, unknown>,
      seed,
    });
    if (at === undefined) sum.right++;
    else wrongAt.push(`${seed} at step ${at}`);
    sum.samples += found?.samples ?? 0;
    sum.steps += found?.steps ?? 0;
    sum.calls += found?.totals.calls ?? 0;
    sum.inputTokens += found?.totals.inputTokens ?? 0;
    sum.cachedTokens += found?.totals.cachedTokens ?? 0;
  }
  const { user, system } = process.cpuUsage(before);
  const which = wrongAt.length === 0 ? 'none wrong' : `wrong: ${wrongAt.join(', ')}`;
  console.error(`  ${options.task.name}, k = ${options.k}, ${seeds.length} seeds: ${which}`);
  return { ...sum, wrong: wrongAt.length, cpuMs: (user + system) / 1000 };
}

/**
 * Runs a task to its end, or to its first wrong step, whose number it gives: what comes after could
 * not be right.
 */
async function attempt<State>(
  options: AttemptOptions<State> & { readonly seed: number },
): Promise<{ at: number | string | undefined; found: Solution<State> | undefined }> {
  const { task } = options;
  let at: number | string | undefined;
  let state = task.initial;
  const onStep = ({ index, action }: { index: number; action: unknown }) => {
    if (action !== task.truth!(state)) at ??= index + 1;
    state = task.apply(state, action);
  };
  const first = { ...task, isDone: (is: State) => at !== undefined || task.isDone(is) };
  const found = await solve({ ...options, task: first, onStep }).catch((error: unknown) => {
    if (!TandemError.isInstance(error)) throw error;
    at ??= `${String(error.data?.step)} (undecided)`;
    return undefined;
  });
  if (at === undefined && found?.steps !== task.steps) at = 'the end';
  return { at, found };
}

async function accepts<State, Action>(
  task: Task<State, Action>,
  solver: LanguageModel,
): Promise<number> {
  const found = await pilot({ task, solver, temperatures: [cold, cold] });
  return leadOf(found, `${solver.modelId} at temperature ${cold}, 200 states`) === undefined
    ? 0
    : 1;
}

/** The k of a pilot; what it found, or why it refuses, is printed. */
function leadOf(found: Pilot, who: string): number | undefined {
  const { right, votes, valid, states, poisoned, hard = [], extraVotes } = found;
  const share = `${right} of ${votes} valid votes right, ${(100 * valid).toFixed(1)} % valid`;
  const cured = unseenBy(found) ?? `all ${states} states tried, ${poisoned!.states} wrong for good`;
  console.error(`${who}: ${share}; ${cured}; ${hardText(hard)}, ${extraVotes} more samples`);
  try {
    const k = leadFor(found, found.steps!, target);
    const { success } = project(found, found.steps!, k);
    console.error(`  k = ${k}, projected at ${success!.toFixed(3)} or more`);
    return k;
  } catch (error) {
    if (!TandemError.isInstance(error)) throw error;
    console.error(`  refused: ${error.message}`);
    return undefined;
  }
}

function hardText(hard: readonly HardState[]): string {
  const each = hard.map(
    ({ index, right, others }) => `step ${index + 1} (${right}:${others.join(':')})`,
  );
  return each.length === 0
    ? 'none much harder than the others'
    : `harder than the others: ${each.join(', ')}`;
}
