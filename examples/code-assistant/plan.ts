// A plan: changes of one file each, in an order in which the sources compile after every one.
import { type LanguageModel, textOf, userCall } from 'tandem';
import type { FileSet, RefactoringStep } from 'tandem/solve';

const mostSteps = 12;

const rules =
  'Plan it as changes of one file each, in an order in which everything compiles and the tests ' +
  'pass after each change. Whoever carries out a change sees its instruction and that file. ' +
  'Change as few files as you can, and no tests. Answer with JSON alone: ' +
  '{"steps": [{"file": "src/a.ts", "instruction": "…"}]}';

/** Lets a model plan a task. @throws Error that says what is wrong with the plan */
export async function planned(
  asked: string,
  files: FileSet,
  planner: LanguageModel,
): Promise<RefactoringStep[]> {
  const shown = Object.entries(files).map(([path, text]) => `${path}:\n\`\`\`\n${text}\`\`\``);
  const prompt = `${shown.join('\n\n')}\n\nTask: ${asked}\n\n${rules}`;
  const text = textOf(await planner.doGenerate(userCall(prompt)));
  return stepsIn(text, files);
}

/** Reads a plan as a model wrote it. @throws Error */
export function stepsIn(text: string, files: FileSet): RefactoringStep[] {
  const json = /\{[\s\S]*\}/.exec(text)?.[0] ?? '';
  const steps = stepsOf(json);
  if (steps.length === 0 || steps.length > mostSteps)
    throw new Error(
      `The plan has ${steps.length} steps, of 1 to ${mostSteps}. Ask for less at once.`,
    );
  for (const { file, instruction } of steps) {
    if (!Object.hasOwn(files, file) || /\.test\.|(?:^|\/)tests?\//.test(file))
      throw new Error(
        `The plan changes "${file}", which is no source here. Word the task otherwise.`,
      );
    if (typeof instruction !== 'string' || instruction.trim() === '')
      throw new Error(`The plan says nothing to do in "${file}". Ask again.`);
  }
  return steps.map(({ file, instruction }) => ({ file, instruction }));
}

function stepsOf(json: string): RefactoringStep[] {
  try {
    const { steps } = JSON.parse(json) as { steps?: unknown };
    return Array.isArray(steps) ? (steps as RefactoringStep[]) : [];
  } catch {
    throw new Error('The planner wrote no JSON. Give a larger one by --planner.');
  }
}
