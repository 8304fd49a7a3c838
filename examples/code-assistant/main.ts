// Code assistant: a change of a git work tree, by votes, with the compiler and the tests as judges.
//
//   node examples/code-assistant/main.ts --task currency         a simulated solver, on package/
//   node examples/code-assistant/main.ts --local ollama:qwen3-coder --planner azure:gpt-4.1 \
//     --dir ~/my-package --test test/all.test.ts --write "Let slug drop question marks."
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { model } from 'tandem';
import type { RefactoringStep } from 'tandem/solve';
import { readPair } from '../job/pair.ts';
import { assist } from './assist.ts';
import { checksOf } from './checks.ts';
import { planned } from './plan.ts';
import { simulatedSolver } from './simulated.ts';
import { tasks } from './tasks.ts';
import { diffOf, isClean, readTree, writeTree } from './work-tree.ts';

const { local, options, positionals } = await readPair({
  planner: 'string',
  task: 'string',
  dir: 'string',
  test: 'string',
  write: 'boolean',
  play: 'boolean',
});
const own = join(import.meta.dirname, 'package');
const folder = typeof options.dir === 'string' ? resolve(options.dir) : own;
const [asked] = positionals;

try {
  await work();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function work(): Promise<void> {
  const files = readTree(folder);
  if (options.write && !isClean(folder))
    throw new Error(
      `${folder} has changes of its own. Commit or stash them, so that none is lost.`,
    );
  const { title, steps, solver } = await assignment(files);
  console.log(`${title}\n\nPlan, carried out by ${solver.modelId}:`);
  for (const [n, { file, instruction }] of steps.entries())
    console.log(`  ${n + 1}. ${file}: ${instruction}`);
  const test = options.test ?? (folder === own ? 'test/library.test.ts' : undefined);
  if (test === undefined) console.log('No --test is given: the compiler alone judges.');
  const modules = join(folder, 'node_modules');
  const check = checksOf({
    ...(typeof test === 'string' && { test }),
    ...(existsSync(join(modules, '.bin/tsc')) && { modules }),
  });
  const before = await check(files);
  if (before !== undefined)
    throw new Error(`The sources do not pass as they stand: ${before}. Mend that first.`);
  const done = await assist({
    files,
    steps,
    solver,
    check,
    onStep: ({ index, samples }) =>
      console.log(`  ${steps[index]!.file}: decided by ${samples} answers`),
  });
  for (const [why, count] of Object.entries(done.flags)) console.log(`  ${count} flagged: ${why}`);
  if (done.files === undefined) throw new Error(`Nothing is written. ${done.why}`);
  console.log(`\nCompiler and tests pass.\n\n${diffOf(files, done.files)}`);
  if (options.write) console.log(`Written: ${writeTree(folder, files, done.files).join(', ')}`);
  else console.log('Nothing is written. Add --write to write it.');
}

async function assignment(files: Parameters<typeof planned>[1]) {
  if (asked !== undefined) {
    if (!local) throw new Error('A task of yours needs a model. Give one by --local SPEC.');
    const planner = typeof options.planner === 'string' ? model(options.planner) : local;
    const steps: readonly RefactoringStep[] = await planned(asked, files, planner);
    return { title: asked, steps, solver: local };
  }
  const id = options.task ?? 'currency';
  const task = tasks.find(each => each.id === id);
  if (!task) {
    const known = tasks.map(each => each.id).join(', ');
    throw new Error(`There is no task "${id}". Known: ${known}. Or write one behind the options.`);
  }
  return { title: task.asked, steps: task.steps, solver: local ?? simulatedSolver(task, files, 1) };
}
