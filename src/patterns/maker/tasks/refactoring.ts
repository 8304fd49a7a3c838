import { canonicalSolution } from '../../../algorithms/votes/canonical-solution.ts';
import { TandemError } from '../../../model/errors.ts';
import type { RedFlag, Task } from '../solve/task.ts';

/** Texts of files by their path. */
export type FileSet = Readonly<Record<string, string>>;

/** One mechanical change of one file. */
export interface RefactoringStep {
  readonly file: string;
  /** What to do, in full: the solver sees this and the file, nothing else. */
  readonly instruction: string;
  /** Words that the file must not have afterwards, such as an old name; they may be exports. */
  readonly gone?: readonly string[];
  /** What it must have: words, or code such as `export function findUser`. */
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
 * constants, call sites. The solver writes the file anew; what does not compile, leaves undone
 * what it should do or the file as it was, or takes away what the file exported, is a red flag, and
 * votes decide among what is left. Order the steps so that the files compile after each: add the
 * new, move over, remove the old.
 * @throws TandemError `invalid_argument`
 * @example
 * ```ts
 * const files = { 'sum.ts': 'export const add = (a: number, b: number) => a + b;' };
 * const steps = [{ file: 'sum.ts', instruction: 'Rename `add` to `sum`.' }];
 * const task = refactoringTask({ files, steps });
 * ```
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
    wordings: 2,
    prompt: (state, wording) => ({
      text: question(state.files, steps[state.done]!, wording),
      maxOutputTokens: 4000,
    }),
    parse: text => {
      const code = codeIn(text);
      return code === '' ? { redFlag: 'no text' } : { action: code };
    },
    isLegal: async ({ files: now, done }, text, next) => {
      const undone = faultOf(text, steps, { files: now, done });
      if (undone) return undone;
      const fault = await check?.(next.files);
      return fault === undefined || { redFlag: fault };
    },
    apply: (state, text) => ({
      files: { ...state.files, [steps[state.done]!.file]: text },
      done: state.done + 1,
    }),
    ...(truth && { truth: (state: RefactoringState) => codeIn(truth(state)) }),
    key: steps.every(isOfCode) ? asCode : levelled,
    stateKey: state => JSON.stringify(state),
    answer: state =>
      steps
        .map(({ file }) => file)
        .filter((file, index, all) => all.indexOf(file) === index)
        .map(file => `// ${file}\n${state.files[file]}`)
        .join('\n'),
  };
}

function question(files: FileSet, { file, instruction }: RefactoringStep, wording: number): string {
  const shown = `File ${file}:\n\`\`\`\n${files[file]}\`\`\`\n`;
  return wording === 0
    ? `${shown}${instruction}\nAnswer with the whole file after the change, in one code block.`
    : `${shown}Change it as follows, and nothing else: ${instruction}\nWrite the whole changed ` +
        'file, in one code block.';
}

const slashed = /\.(?:[cm]?[jt]sx?|java|kt|cs|go|rs|swift|[ch](?:pp)?)$/;

function isOfCode({ file, instruction }: RefactoringStep): boolean {
  return slashed.test(file) && !/\bcomment|\bdoc/i.test(instruction);
}

// Small models word a comment anew each time, above the same code.
function asCode(text: string): string {
  return canonicalSolution(`\`\`\`\n${text}\`\`\``);
}

// Blank lines and spaces at line ends are no difference.
function levelled(text: string): string {
  return text.replace(/(?<![^\S\n])[^\S\n]+$/gm, '').replace(/\n{2,}/g, '\n');
}

function faultOf(
  text: string,
  steps: readonly RefactoringStep[],
  { files, done }: RefactoringState,
): RedFlag | undefined {
  const step = steps[done]!;
  const before = files[step.file]!;
  const fault = undoneIn(text, step) ?? unexportedIn(text, { step, before });
  if (fault || levelled(text).trim() !== levelled(before).trim()) return fault;
  // Small models copy the file. What a step before has done already is seen by words alone.
  const isFirst = !steps.slice(0, done).some(({ file }) => file === step.file);
  const isDone = !isFirst && (step.gone ?? step.present) && !undoneIn(before, step);
  return isDone ? undefined : { redFlag: 'the file is as it was' };
}

/** Takes the code out of its fence, with one line end behind it. */
function codeIn(text: string): string {
  const lines = text.split('\n');
  const from = lines.findIndex(line => line.startsWith('```'));
  const to = from < 0 ? -1 : lines.findIndex((line, at) => at > from && line.trimEnd() === '```');
  const code = (to < 0 ? text : lines.slice(from + 1, to).join('\n')).trim();
  return code === '' ? '' : `${code}\n`;
}

function undoneIn(text: string, { gone = [], present = [] }: RefactoringStep): RedFlag | undefined {
  const words = new Set(text.match(/[\w$]+/g));
  const code = spaced(text);
  const has = (what: string) =>
    /^[\w$]+$/.test(what) ? words.has(what) : code.includes(spaced(what));
  const left = gone.find(has);
  if (left !== undefined) return { redFlag: `"${left}" is still there` };
  const missing = present.find(what => !has(what));
  return missing === undefined ? undefined : { redFlag: `"${missing}" is not there` };
}

function spaced(code: string): string {
  return code.replace(/\s+/g, ' ').trim();
}

/**
 * What other files go by are the exports: a step may not take one away, but for those that are to
 * go, and what an export is renamed to is exported too.
 */
function unexportedIn(
  text: string,
  { step, before }: { readonly step: RefactoringStep; readonly before: string },
): RedFlag | undefined {
  const [were, are] = [exportsOf(before), exportsOf(text)];
  const words = new Set(text.match(/[\w$]+/g));
  const named = new Set(step.instruction.match(/[\w$]+/g));
  // One that the instruction names and that is not there at all was renamed or removed.
  const isToGo = (name: string) =>
    step.gone?.includes(name) || (named.has(name) && !words.has(name));
  const lost = [...were].find(name => !are.has(name) && !isToGo(name));
  if (lost !== undefined) return { redFlag: `"${lost}" is no longer exported` };
  const isRename = /\brenam/i.test(step.instruction) && [...were].some(name => named.has(name));
  const isNew = (name: string) => named.has(name) && !new RegExp(`\\b${name}\\b`).test(before);
  const made = [...declaredIn(text)].filter(isNew);
  const unseen = made.find(name => !are.has(name));
  // Beside what is exported a step may name what it is made with.
  const isMissed = saysExport(step.instruction) && !made.some(name => are.has(name));
  const hidden = isRename || isMissed ? unseen : undefined;
  return hidden === undefined ? undefined : { redFlag: `"${hidden}" is not exported` };
}

// "Export a constant", "rename it and export it"; not "the export page" or "do not export it".
function saysExport(instruction: string): boolean {
  return (
    /\bexport\s(?:it|them|both|these|this|an?|the|function|const|class|type)\b/i.test(
      instruction,
    ) && !/\b(?:not|never|without)\s(?:to\s)?export/i.test(instruction)
  );
}

const kinds = 'function\\*?|class|const|let|var|interface|type|enum';
const declaration = new RegExp(
  `^(export\\s+)?(?:(?:declare|default|async|abstract)\\s+){0,4}(?:${kinds})\\s+(\\w+)`,
  'gm',
);

function declaredIn(text: string): Set<string> {
  return new Set([...text.matchAll(declaration)].map(([, , name]) => name!));
}

function exportsOf(text: string): Set<string> {
  const found = [...text.matchAll(declaration)].filter(([, isExported]) => isExported);
  const names = new Set(found.map(([, , name]) => name!));
  for (const [, list = ''] of text.matchAll(/^export\s*(?:type\s*)?\{([^{}]*)\}/gm)) {
    for (const item of list.split(',')) {
      const name = item
        .trim()
        .split(/(?<!\s)\s+as\s+/)
        .at(-1);
      if (name) names.add(name);
    }
  }
  return names;
}
