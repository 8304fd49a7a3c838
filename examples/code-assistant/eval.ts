// How many of ten small tasks are done: by the assistant, and by one answer of the bare model.
//
//   node examples/code-assistant/eval.ts [--local SPEC] [--rounds N] [--most TASKS]
import { join } from 'node:path';
import { type LanguageModel, textOf, userCall } from 'tandem';
import { type FileSet, refactoringTask } from 'tandem/solve';
import { type Figure, paired, points, report, share } from '../job/figures.ts';
import { readPair } from '../job/pair.ts';
import { tapped } from '../job/tapped.ts';
import { assist } from './assist.ts';
import { checksOf } from './checks.ts';
import { simulatedSolver, statedAccuracy } from './simulated.ts';
import { type CodeTask, tasks } from './tasks.ts';
import { readTree } from './work-tree.ts';

const { local, options } = await readPair({ rounds: 'string', most: 'string' });
const rounds = Number(options.rounds ?? 1);
const chosen = tasks.slice(0, Number(options.most ?? tasks.length));
const files = readTree(join(import.meta.dirname, 'package'));
const check = checksOf({ test: 'test/library.test.ts' });

/** Whether files do what the task asks, by a test that the assistant never sees. */
async function isDone({ accept }: CodeTask, after: FileSet): Promise<boolean> {
  if ((await check(after)) !== undefined) return false;
  const modules = ['money', 'dates', 'text', 'books', 'loans']
    .map(name => `const ${name} = import('../src/${name}.ts');`)
    .join('\n');
  const test = `import { equal } from 'node:assert/strict';\n${modules}\n${accept}\n`;
  return (await accepts({ ...after, 'test/accept.test.ts': test })) === undefined;
}

// What is accepted has been compiled before.
const accepts = checksOf({ test: 'test/accept.test.ts', compile: false });

/** One answer a step, taken as it comes. */
async function bare({ steps }: CodeTask, solver: LanguageModel): Promise<FileSet> {
  const task = refactoringTask({ files, steps });
  let state = task.initial;
  while (!task.isDone(state)) {
    const { text } = await task.prompt(state, 0);
    const parsed = task.parse(textOf(await solver.doGenerate(userCall(text))), state, 0);
    if (!('action' in parsed)) return files;
    state = task.apply(state, parsed.action);
  }
  return state.files;
}

const ours: number[] = [];
const plain: number[] = [];
const written: number[] = [];
let samples = 0;
const missed: string[] = [];
for (let round = 1; round <= rounds; round++)
  for (const task of chosen) {
    const solver = local ?? simulatedSolver(task, files, round);
    plain.push(Number(await isDone(task, await bare(task, solver))));
    // What was drawn for a step that nobody won counts too.
    const { model, sent } = tapped(solver);
    const done = await assist({ files, steps: task.steps, solver: model, check });
    samples += sent.length;
    written.push(Number(done.files !== undefined));
    const isRight = done.files !== undefined && (await isDone(task, done.files));
    ours.push(Number(isRight));
    if (!isRight) missed.push(task.id);
  }
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
const figures: Figure[] = [
  { what: 'one answer of the bare model: task done', value: share(sum(plain), plain.length) },
  {
    what: 'assistant: task done',
    value: share(sum(ours), ours.length),
    wanted: ['not below the bare model', sum(ours) >= sum(plain)],
  },
  { what: 'assistant against the bare model', value: points(paired(ours, plain)) },
  {
    what: 'written, and wrong by the acceptance that it never saw',
    value: share(sum(written) - sum(ours), ours.length),
  },
  { what: 'answers drawn for a task', value: (samples / ours.length).toFixed(1) },
  ...(missed.length > 0 ? [{ what: 'not done', value: [...new Set(missed)].join(', ') }] : []),
];
report(
  'Code assistant',
  [
    'Data: tasks.json and package/ of this folder, written for it: ' +
      `${chosen.length} tasks, plans given, ` +
      'judged by compiler, tests and an acceptance.',
    ...(local
      ? []
      : [
          `SIMULATION: each answer is right with probability ${statedAccuracy}; else it does not ` +
            'compile, or slips.',
        ]),
  ],
  figures,
);
