import { TandemError } from '../../../model/errors.ts';
import type { RedFlag, Task } from '../solve/task.ts';

/** Texts of files by their path. */
export type FileSet = Readonly<Record<string, string>>;

/** One mechanical change of one file. */
export interface RefactoringStep {
  readonly file: string;
  /** What to do, in full: the solver sees this and the file, nothing else. */
  readonly instruction: string;
  /** Words that the file must not have afterwards, such as an old name. */
  readonly gone?: readonly string[];
  /** Words that it must have. */
  readonly present?: readonly string[];
}

/** Where a refactoring stands. */
export interface RefactoringState {
  readonly files: FileSet;
  /** Steps done. */
  readonly done: number;
}

/** Options of a refactoring. */
export interface RefactoringOptions {
  readonly files: FileSet;
  readonly steps: readonly RefactoringStep[];
  /**
   * Says what is wrong with the files after a step, a compiler say (`commandCheck`); `undefined` if
   * nothing is.
   */
  readonly check?: (files: FileSet) => string | undefined | Promise<string | undefined>;
  /** The right text after a step, where it is known: measures a pilot. */
  readonly truth?: (state: RefactoringState) => string;
}

/**
 * Carries out a mechanical refactoring, one change of one file a step: renames, extracted
 * constants, call sites. The solver writes the file anew; what does not compile, or leaves undone
 * what it should do, is a red flag, and votes decide among what is left. Order the steps so that
 * the files compile after each: add the new, move over, remove the old.
 * @throws TandemError `invalid_argument`
 */
export function refactoringTask(options: RefactoringOptions): Task<RefactoringState, string> {
  const { files, steps, check, truth } = options;
  const unknown = steps.find(({ file }) => !Object.hasOwn(files, file));
  if (unknown) {
    const known = Object.keys(files).join(', ') || 'none';
    throw new TandemError(
      'invalid_argument',
      `There is no file "${unknown.file}" to change. Known: ${known}.`,
    );
  }
  return {
    name: `refactoring in ${steps.length} steps over ${Object.keys(files).length} files`,
    steps: steps.length,
    initial: { files, done: 0 },
    isDone: ({ done }) => done >= steps.length,
    prompt: state => ({ text: question(state.files, steps[state.done]!), maxOutputTokens: 4000 }),
    parse: text => {
      const code = codeIn(text);
      return code === '' ? { redFlag: 'no text' } : { action: code };
    },
    isLegal: async ({ done }, text, next) => {
      const undone = undoneIn(text, steps[done]!);
      if (undone) return undone;
      const fault = await check?.(next.files);
      return fault === undefined || { redFlag: fault };
    },
    apply: (state, text) => ({
      files: { ...state.files, [steps[state.done]!.file]: text },
      done: state.done + 1,
    }),
    ...(truth && { truth: (state: RefactoringState) => codeIn(truth(state)) }),
    // Blank lines and spaces at line ends are no difference.
    key: text => text.replace(/[^\S\n]+$/gm, '').replace(/\n{2,}/g, '\n'),
    stateKey: state => JSON.stringify(state),
    answer: state =>
      steps
        .map(({ file }) => file)
        .filter((file, index, all) => all.indexOf(file) === index)
        .map(file => `// ${file}\n${state.files[file]}`)
        .join('\n'),
  };
}

function question(files: FileSet, { file, instruction }: RefactoringStep): string {
  return (
    `File ${file}:\n\`\`\`\n${files[file]}\`\`\`\n${instruction}\nAnswer with the whole ` +
    'file after the change, in one code block.'
  );
}

/** Takes the code out of its fence, with one line end behind it. */
function codeIn(text: string): string {
  const fenced = /^```[^\n]*\n([\s\S]*?)^```\s*$/m.exec(text);
  const code = (fenced?.[1] ?? text).trim();
  return code === '' ? '' : `${code}\n`;
}

function undoneIn(text: string, { gone = [], present = [] }: RefactoringStep): RedFlag | undefined {
  const words = new Set(text.match(/[\w$]+/g));
  const left = gone.find(word => words.has(word));
  if (left !== undefined) return { redFlag: `"${left}" is still there` };
  const missing = present.find(word => !words.has(word));
  return missing === undefined ? undefined : { redFlag: `"${missing}" is not there` };
}
