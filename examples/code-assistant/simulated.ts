// A solver without a model, called so: it knows the right change, and errs as is stated here.
import type { FileSet } from 'tandem/solve';
import { simulatedModel } from 'tandem/testing';
import type { CodeTask, Edit, TaskStep } from './tasks.ts';

/** Probability that one answer is right; the others do not compile, or slip, one as often. */
export const statedAccuracy = 0.7;

/** A right file after a step. */
export function rightAfter(files: FileSet, { file, right }: TaskStep): string {
  return right.reduce(edited, files[file]!);
}

function edited(text: string, [find, replace]: Edit): string {
  return text.split(find).join(replace);
}

/** Makes the solver of a task. */
export function simulatedSolver({ steps }: CodeTask, files: FileSet, seed: number) {
  let now: FileSet = files;
  const byInstruction = new Map<string, { right: string; slip: string }>();
  for (const step of steps) {
    const right = rightAfter(now, step);
    byInstruction.set(step.instruction, { right, slip: edited(right, step.slip) });
    now = { ...now, [step.file]: right };
  }
  const answerTo = (prompt: string) =>
    [...byInstruction].find(([instruction]) => prompt.includes(instruction))?.[1];
  return simulatedModel({
    modelId: 'simulated-solver',
    accuracy: statedAccuracy,
    seed,
    truth: prompt => fenced(answerTo(prompt)?.right ?? ''),
    wrong: prompt => {
      const { right = '', slip = '' } = answerTo(prompt) ?? {};
      return [fenced(right.replace(/(?<=: )(?:string|number|boolean)/, 'Nothing')), fenced(slip)];
    },
  });
}

function fenced(text: string): string {
  return `\`\`\`ts\n${text}\`\`\``;
}
