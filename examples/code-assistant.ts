// Code assistant: MAKER renames a function and extracts a constant in the small shop of
// `examples/shop`, one change of one file a step. The TypeScript compiler checks every answer, so
// that what does not compile is a red flag, and votes decide among what does.
//
// node examples/code-assistant.ts a simulated solver, its errors stated below node
// examples/code-assistant.ts ollama:qwen3-coder a real model
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { model } from 'tandem';
import { commandCheck, type RefactoringStep, refactoringTask, solve } from 'tandem/solve';
import { simulatedModel } from 'tandem/testing';

const shop = join(import.meta.dirname, 'shop');
const read = (path: string) => readFileSync(join(shop, path), 'utf8');
const plan = JSON.parse(read('refactoring.json')) as { steps: RefactoringStep[] };
const names = ['users.ts', 'time.ts', 'session.ts', 'orders.ts', 'mail.ts'];
const compiler = join(import.meta.dirname, '../node_modules/.bin/tsc');

// What a right answer does to a file, by the instruction; known here to simulate a solver, and to
// judge the end.
const right = (instruction: string, text: string): string => {
  if (instruction.startsWith('Rename')) {
    return (
      `${text.replace('function getUser', 'function findUser')}\nexport const getUser = ` +
      'findUser;\n'
    );
  }
  if (instruction.startsWith('Remove'))
    return text.replace('\nexport const getUser = findUser;\n', '');
  if (instruction.startsWith('Above')) return `export const secondsPerHour = 3600;\n\n${text}`;
  if (instruction.includes('findUser instead')) return text.replaceAll('getUser', 'findUser');
  return text.replace('{ now }', '{ now, secondsPerHour }').replaceAll('3600', 'secondsPerHour');
};

// Error model: right with probability 0.7; else a call that does not compile, or a file that
// compiles and has lost what a comparison or a text said. The first is flagged, the second is what
// votes are for.
const simulated = simulatedModel({
  modelId: 'simulated-solver',
  accuracy: 0.7,
  truth: prompt => fenced(right(instructionIn(prompt), fileIn(prompt))),
  wrong: prompt => {
    const text = right(instructionIn(prompt), fileIn(prompt));
    return [
      fenced(text.replace(/\((\w+)\.?/, '(undefined_$1.')),
      fenced(text.replace(/ < | > /, ' >= ').replace('Dear', 'Hi')),
    ];
  },
});

const fenced = (text: string) => `\`\`\`ts\n${text}\`\`\``;
const fileIn = (prompt: string) => /```\n([\s\S]*?)```/.exec(prompt)![1]!;
const instructionIn = (prompt: string) =>
  prompt
    .split('```\n')
    .at(-1)!
    .replace(/^Change it as follows, and nothing else: /, '');

const [spec] = process.argv.slice(2);
const solver = spec === undefined ? simulated : model(spec);
const task = refactoringTask({
  files: Object.fromEntries(names.map(name => [name, read(name)])),
  steps: plan.steps,
  ...(existsSync(compiler) && {
    check: commandCheck({
      command: [compiler, '--noEmit', '-p', '.'],
      beside: { 'tsconfig.json': read('tsconfig.json') },
    }),
  }),
});

if (!existsSync(compiler))
  console.log('The TypeScript compiler is not installed: answers are checked for words alone.');
console.log(
  `${task.name}, by ${solver.modelId}${spec === undefined ? ' (a simulation, not a model)' : ''}`,
);
const { state, samples, flags, votesPerStep } = await solve({
  task,
  solver,
  k: 3,
  onStep: ({ index, samples: drawn }) =>
    console.log(`  ${plan.steps[index]!.file}: decided by ${drawn} samples`),
});
console.log(`${samples} samples, ${votesPerStep.toFixed(2)} votes a step; flagged:`, flags);

const expected = { ...task.initial.files } as Record<string, string>;
for (const { file, instruction } of plan.steps)
  expected[file] = right(instruction, expected[file]!);
const differing = names.filter(
  name => spec === undefined && state.files[name]!.trim() !== expected[name]!.trim(),
);
if (differing.length > 0) {
  console.error(`Not as expected: ${differing.join(', ')}`);
  process.exitCode = 1;
}
