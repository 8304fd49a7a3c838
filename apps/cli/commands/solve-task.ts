import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nearest, readRegularFile } from '../../../src/entries/config.ts';
import {
  additionTask,
  balanceTask,
  commandCheck,
  derivationTask,
  hanoiTask,
  multiplicationTask,
  type RefactoringStep,
  refactoringTask,
  sortingTask,
  type Task,
} from '../../../src/entries/solve.ts';
import { TandemError } from '../../../src/index.ts';
import { type Invocation, wrongUse } from '../command.ts';

/** Any task: the command line knows no more of it. */
export type AnyTask = Task<unknown, unknown>;

interface TaskKind {
  /** What follows the name, for help and errors. */
  readonly usage: string;
  readonly says: string;
  readonly arguments: number;
  make(given: readonly string[], invocation: Invocation): AnyTask;
}

/** The tasks that come along, by name. */
export const taskKinds: Readonly<Record<string, TaskKind>> = {
  hanoi: kind({
    usage: 'DISKS',
    says: 'Towers of Hanoi, told in words (to a toy in the dialect that it learned)',
    make: ([disks = ''], { options }) =>
      hanoiTask(Number(disks), {
        checks: options.form ? 'form' : 'rules',
        namings: options.namings as 1 | 3 | 6,
      }),
  }),
  multiply: kind({
    usage: 'A B',
    says: 'long multiplication by digits',
    make: ([a = '', b = '']) => multiplicationTask(a, b),
  }),
  add: kind({
    usage: 'A B',
    says: 'addition in steps of two operands: digit and digit, then the carry',
    make: ([a = '', b = '']) => additionTask(a, b),
  }),
  sort: kind({
    usage: 'FILE',
    says: 'the lines of a file, in the --order that you name',
    make: ([file = ''], invocation) =>
      sortingTask(linesOf(file, invocation), { order: orderOf(invocation) }),
  }),
  balance: kind({
    usage: 'FILE',
    says:
      'a running balance over amounts such as 12.50, one a line, the first of them the ' +
      'opening balance',
    make: ([file = ''], invocation) => {
      const [opening = 0, ...amounts] = linesOf(file, invocation).map(centsOf);
      return balanceTask(
        opening,
        amounts.map(cents => ({ cents })),
      );
    },
  }),
  derive: kind({
    usage: '"P -> Q; P" GOAL',
    says: 'a derivation in propositional logic, every line checked',
    make: ([premises = '', goal = '']) => derivationTask(premises.split(';'), goal),
  }),
  refactor: kind({
    usage: 'PLAN.json',
    says: 'a refactoring plan over files, each step held against --check, a compiler say',
    make: ([file = ''], invocation) => refactoringOf(file, invocation),
  }),
};

function kind<State, Action>(given: {
  readonly usage: string;
  readonly says: string;
  make(words: readonly string[], invocation: Invocation): Task<State, Action>;
}): TaskKind {
  // What a task's functions take is what its own functions give: nothing else ever reaches them.
  const make = given.make as unknown as TaskKind['make'];
  return { ...given, make, arguments: given.usage.match(/"[^"]*"|\S+/g)!.length };
}

/**
 * Makes the task of a command line: one that comes along, or what a module exports as `task`.
 * @throws TandemError
 */
export async function openTask(invocation: Invocation): Promise<AnyTask> {
  const [name, ...given] = invocation.positionals;
  if (name === undefined)
    throw wrongUse(
      'No task is given.',
      `Tasks: ${Object.keys(taskKinds).join(', ')}, or a module.`,
    );
  if (/\.[cm]?[jt]s$/.test(name)) return loadTask(resolve(invocation.folder, name), name);
  const known = Object.hasOwn(taskKinds, name) ? taskKinds[name] : undefined;
  if (!known) {
    const near = nearest(name, Object.keys(taskKinds));
    const advice = near
      ? `Did you mean "${near}"?`
      : `Tasks: ${Object.keys(taskKinds).join(', ')}, or a module.`;
    throw wrongUse(`There is no task "${name}".`, advice);
  }
  if (given.length !== known.arguments) {
    throw wrongUse(
      `The task "${name}" takes ${known.usage}, got ${given.length} arguments.`,
      'See `tandem solve --help`.',
    );
  }
  try {
    return known.make(given, invocation);
  } catch (error) {
    if (TandemError.isInstance(error) && error.code === 'invalid_argument')
      throw wrongUse(error.message, '');
    throw error;
  }
}

async function loadTask(path: string, name: string): Promise<AnyTask> {
  if (!existsSync(path))
    throw wrongUse(
      `There is no file "${name}".`,
      'Give the path of a module that exports a `task`.',
    );
  const module = (await import(pathToFileURL(path).href)) as { task?: AnyTask; default?: AnyTask };
  const task = module.task ?? module.default;
  if (typeof task === 'object' && task !== null && 'apply' in task && 'prompt' in task) return task;
  throw wrongUse(
    `"${name}" exports no task.`,
    'Export one as `task`, with the type `Task` of "tandem".',
  );
}

function read(file: string, { folder }: Pick<Invocation, 'folder'>): string {
  try {
    return readRegularFile(resolve(folder, file));
  } catch (error) {
    if (TandemError.isInstance(error)) throw error;
    const why = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw wrongUse(`The file "${file}" cannot be read (${why}).`, 'Check the path.');
  }
}

function linesOf(file: string, invocation: Invocation): string[] {
  return read(file, invocation)
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
}

function orderOf({ options }: Invocation): string {
  if (typeof options.order === 'string') return options.order;
  throw wrongUse(
    'The task "sort" needs an order.',
    'Give one, such as `--order "from the most to the least urgent"`.',
  );
}

function centsOf(line: string): number {
  const match = /^([-+]?)(\d+)(?:\.(\d\d))?$/.exec(line.replaceAll(',', ''));
  if (!match)
    throw wrongUse(
      `"${line.slice(0, 40)}" is no amount.`,
      'Write amounts such as 12.50 or -3.00, one a line.',
    );
  return Number(`${match[1]}${match[2]}${match[3] ?? '00'}`);
}

interface RefactoringPlan {
  readonly steps: readonly RefactoringStep[];
  /** Files that the check needs beside those that are changed. */
  readonly files?: readonly string[];
}

function refactoringOf(file: string, invocation: Invocation) {
  const folder = dirname(resolve(invocation.folder, file));
  const plan = planIn(file, read(file, invocation));
  const textOf = (path: string) => read(path, { folder });
  const changed = [...new Set(plan.steps.map(step => step.file))];
  const files = Object.fromEntries(changed.map(path => [path, textOf(path)]));
  const beside = Object.fromEntries((plan.files ?? []).map(path => [path, textOf(path)]));
  const given = invocation.options.check as string | undefined;
  const [program, ...rest] = given?.split(/\s+/) ?? [];
  const modules = join(folder, 'node_modules');
  const check = program && {
    check: commandCheck({
      command: [programPath(program, [folder, invocation.folder]), ...rest],
      beside,
      ...(existsSync(modules) && { modules }),
    }),
  };
  return refactoringTask({ files, steps: plan.steps, ...(check || {}) });
}

function planIn(file: string, text: string): RefactoringPlan {
  try {
    const plan = JSON.parse(text) as RefactoringPlan;
    const isPlan =
      Array.isArray(plan.steps) && plan.steps.every(step => step.file && step.instruction);
    if (isPlan && plan.steps.length > 0) return plan;
  } catch {
    // Said below.
  }
  const advice =
    'It is JSON: {"steps": [{"file", "instruction", "gone"?, "present"?}], "files"?: [paths ' +
    'beside]}.';
  throw wrongUse(`"${file}" holds no refactoring plan.`, advice);
}

function programPath(program: string, folders: readonly string[]): string {
  const local = folders.map(folder => join(folder, 'node_modules/.bin', program)).find(existsSync);
  return local ?? program;
}
