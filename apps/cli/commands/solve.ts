import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import {
  acceptedIn,
  type FileSet,
  type Ledger,
  leadFor,
  openLedger,
  type Projection,
  pilot,
  project,
  type Solution,
  type SolveOptions,
  solve as solveTask,
  type VoteTable,
} from '../../../src/entries/solve.ts';
import { TandemError } from '../../../src/index.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { amount, reachable, temperature, whole } from '../flags.ts';
import { journalOption } from '../journal.ts';
import { table } from '../layout.ts';
import { namedStore } from '../named-store.ts';
import { type RunWatch, watchRun } from '../watch-run.ts';
import { writeFileWhole } from '../write-whole.ts';
import { optionsOf } from './solve-options.ts';
import { pilotRows, projectionRows, solutionPage } from './solve-report.ts';
import { type AnyTask, openTask, taskKinds } from './solve-task.ts';

const kinds = Object.entries(taskKinds).map(([name, { usage }]) => `${name} ${usage}`);

/** `tandem solve TASK`: a long task in small steps, each decided by votes. */
export const solve: Command = {
  name: 'solve',
  summary:
    'Solve a long task in small steps, each decided by votes (MAKER); k follows from a pilot.',
  usage:
    `TASK [options]\n\nTasks\n${kinds.map(line => `  ${line}`).join('\n')}\n  ./task.ts, a ` +
    'module that exports a `task`',
  options: {
    solver: {
      type: 'string',
      multiple: true,
      value: 'SPEC',
      help: 'who votes: a model by name or spec (default: the local one); several take turns',
    },
    escalate: {
      type: 'string',
      value: 'SPEC',
      help: 'who votes on a step that the solver could not decide',
    },
    truth: {
      type: 'string',
      value: 'SPEC',
      help:
        'a stronger model whose votes count as right in the pilot, where the task itself ' +
        'does not know',
    },
    target: {
      type: 'string',
      value: 'SHARE',
      help: 'probability that every step ends right (default: 0.95)',
      schema: reachable.optional(),
    },
    k: {
      type: 'string',
      value: 'N',
      help: 'lead in votes that decides a step, without a pilot',
      schema: whole(1).optional(),
    },
    states: {
      type: 'string',
      value: 'N|all',
      help:
        'states that the pilot tries (default: 200); all: every step of the run, so that ' +
        'none stays unseen',
      schema: z.union([z.literal('all'), whole(1)]).optional(),
    },
    votes: {
      type: 'string',
      value: 'N',
      help: 'votes of the pilot on each state (default: 2 to 5, no dearer than the run)',
      schema: whole(1).optional(),
    },
    proven: {
      type: 'boolean',
      help: 'refuse where the pilot cannot exclude enough states that votes cannot cure',
    },
    posterior: {
      type: 'boolean',
      help: 'decide each step by the posterior of its leader, not by one k for all',
    },
    pilot: { type: 'boolean', help: 'try the solver, say what the run would take, and stop' },
    temperature: {
      type: 'string',
      value: 'T',
      help: 'of every vote (default: 0 for the first, 0.1 for the others)',
      schema: temperature.optional(),
    },
    seed: {
      type: 'string',
      value: 'N',
      help: 'of the votes (default: 0)',
      schema: whole(0).optional(),
    },
    'max-samples': {
      type: 'string',
      value: 'N',
      help: 'samples for one step before it counts as undecided',
      schema: whole(1).optional(),
    },
    run: {
      type: 'string',
      value: 'NAME',
      help: 'keep accepted steps under this name; given again, the run goes on',
    },
    wait: {
      type: 'boolean',
      help: 'where another process is at work on the run, wait until it has ended',
    },
    ...journalOption,
    'ask-beyond-usd': {
      type: 'string',
      value: 'USD',
      help: 'ask before a run that is projected to cost more',
      schema: amount.default(1),
    },
    'ask-beyond-minutes': {
      type: 'string',
      value: 'N',
      help: 'ask before a run that is projected to take longer',
      schema: amount.default(10),
    },
    yes: { type: 'boolean', help: 'do not ask' },
    form: {
      type: 'boolean',
      help: 'hanoi: check the form of answers alone, as in the paper, and leave the rest to votes',
    },
    namings: {
      type: 'string',
      value: 'N',
      help: 'hanoi: ways to name the pegs that votes go through, 1, 3 or 6',
      schema: z.literal([1, 3, 6]).default(1),
    },
    order: { type: 'string', value: 'TEXT', help: 'sort: what order, such as "alphabetical"' },
    check: {
      type: 'string',
      value: 'COMMAND',
      help: 'refactor: what must end with 0 after each step, such as "tsc --noEmit -p ."',
    },
    write: { type: 'boolean', help: 'refactor: write the changed files' },
    config: {
      type: 'string',
      value: 'FILE',
      help: 'configuration (default: tandem.config.ts or .json here)',
    },
  },
  examples: [
    ['tandem solve hanoi 6 --solver tiny:hanoi-random-errors', 'real inference of a toy, at once'],
    [
      'tandem solve multiply 918273645 123456789 --solver tiny:multiplication-random-errors ' +
        '--temperature 1',
      'eighty-one steps',
    ],
    [
      'tandem solve hanoi 10 --form --solver tiny:hanoi-systematic-errors --pilot',
      'a solver that votes cannot cure',
    ],
    [
      'tandem solve hanoi 10 --form --solver tiny:hanoi-blind-spot --temperature 1.5 --states ' +
        'all --pilot',
      'one state that votes cannot cure, which a sample of the states misses',
    ],
    [
      'tandem solve refactor plan.json --check "tsc --noEmit -p ." --solver ollama:qwen3',
      'a compiler as a red flag',
    ],
    ['tandem solve ./task.ts --run nightly', 'a task of your own, that may be killed and goes on'],
  ],
  run: runSolve,
};

type AnyOptions = SolveOptions<unknown, unknown>;

async function runSolve(invocation: Invocation): Promise<number> {
  const { options, terminal } = invocation;
  const task = await openTask(invocation);
  const watch = watchRun(terminal, { isTold: options.json !== true });
  try {
    const given = await optionsOf(invocation, { task, watch });
    return options.pilot
      ? await tryOut(invocation, given, watch)
      : await carryOut(invocation, { task, given, watch });
  } finally {
    watch.stop();
  }
}

async function carryOut(
  invocation: Invocation,
  { task, given, watch }: { task: AnyTask; given: AnyOptions; watch: RunWatch },
): Promise<number> {
  using ledger = await ledgerOf(invocation);
  try {
    const solution = await solveTask({ ...given, ...(ledger && { ledger }) });
    watch.stop();
    report(invocation, { task, solution });
    return 0;
  } catch (error) {
    watch.stop();
    const accepted = await (ledger && acceptedIn(ledger).catch(() => undefined));
    noteLoss(invocation, { error, accepted });
    throw error;
  }
}

async function tryOut(
  { terminal, options }: Invocation,
  given: AnyOptions,
  watch: RunWatch,
): Promise<number> {
  const found = await pilot({ ...given, ...given.pilot });
  watch.stop();
  const { target = 0.95 } = given;
  const steps = found.steps ?? 0;
  let projection: Projection | undefined;
  let refusal: string | undefined;
  try {
    projection = project(found, steps, leadFor(found, steps, target, given.ceiling));
  } catch (error) {
    if (!TandemError.isInstance(error)) throw error;
    refusal = error.message;
  }
  if (options.json) {
    const told = { projection: projection ?? null, refusal: refusal ?? null };
    terminal.out(`${JSON.stringify({ task: given.task.name, pilot: found, ...told })}\n`);
  } else {
    const rows = [
      ...pilotRows(found, terminal.style),
      ...(projection ? projectionRows(projection) : []),
    ];
    terminal.out(`${given.task.name}\n${table(rows, terminal.style, '  ')}\n`);
    if (refusal !== undefined) terminal.note(`${terminal.style.bad('refused')}  ${refusal}`);
  }
  return refusal === undefined ? 0 : 1;
}

async function ledgerOf(invocation: Invocation): Promise<Ledger | undefined> {
  const { options, env } = invocation;
  if (options.run === undefined) return undefined;
  const whenTaken = options.wait ? ('wait' as const) : ('refuse' as const);
  const { TANDEM_JOURNAL_KEY: key } = env;
  return openLedger({
    path: namedStore(invocation),
    runId: options.run as string,
    whenTaken,
    ...(key !== undefined && { key }),
  });
}

function report(
  invocation: Invocation,
  { task, solution }: { task: AnyTask; solution: Solution<unknown> },
): void {
  const { terminal, options } = invocation;
  const answer = task.answer?.(solution.state) ?? JSON.stringify(solution.state);
  if (options.write) writeFiles(invocation, solution.state);
  if (options.json) {
    const { state: _state, ...facts } = solution;
    terminal.out(`${JSON.stringify({ task: task.name, answer, ...facts })}\n`);
  } else terminal.out(solutionPage({ solution, answer, name: task.name }, terminal.style));
}

function writeFiles({ positionals, folder, terminal }: Invocation, state: unknown): void {
  const { files } = state as { files?: FileSet };
  if (!files) throw wrongUse('`--write` is for the task "refactor" alone.', 'Leave it out.');
  const at = dirname(resolve(folder, positionals[1]!));
  for (const [path, text] of Object.entries(files)) writeFileWhole(join(at, path), text);
  terminal.note(`Wrote ${Object.keys(files).join(', ')}.`);
}

/** Says how an undecided step was voted on, and what is kept. */
function noteLoss(
  { terminal, options }: Invocation,
  { error, accepted }: { error: unknown; accepted: number | undefined },
): void {
  const table_ =
    TandemError.isInstance(error) && error.code === 'not_converged'
      ? (error.cause as VoteTable | undefined)
      : undefined;
  if (table_ && !options.json) {
    const rows = table_.candidates
      .slice(0, 5)
      .map(({ candidate, votes }) => [String(votes), candidate.slice(0, 70)]);
    const flags = Object.entries(table_.flags).map(([flag, count]) => [
      String(count),
      `flagged: ${flag}`,
    ]);
    terminal.note(table([...rows, ...flags], { columns: terminal.width }, '  '));
  }
  if (accepted)
    terminal.note(
      `${accepted} accepted ${accepted === 1 ? 'step is' : 'steps are'} kept; ` +
        `give --run ${String(options.run)} again to go on.`,
    );
}
