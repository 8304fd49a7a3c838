import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { readRegularFile } from '../../../src/entries/config.ts';
import {
  exactGrader,
  type Grader,
  judgeGrader,
  numericGrader,
  schemaGrader,
} from '../../../src/entries/eval.ts';
import { TandemError } from '../../../src/index.ts';
import { type Invocation, wrongUse } from '../command.ts';
import { wrapText } from '../layout.ts';
import { openWorkspace } from '../workspace.ts';

/** Who can say what is right. */
export const rules = [
  'exact',
  'numeric',
  'schema',
  'function',
  'agreement',
  'judge',
  'person',
  'feedback',
] as const;

/** Who says what is right. */
export type Rule = (typeof rules)[number];

/** Makes the grader of a rule. @throws TandemError */
export async function graderOf(invocation: Invocation, by: Rule): Promise<Grader> {
  const { options } = invocation;
  if (by === 'numeric') return numericGrader(options.tolerance as number);
  if (by === 'schema') return schemaGrader(readJson(required(options.schema, 'schema', 'FILE')));
  if (by === 'function')
    return functionGrader(required(options.function, 'function', 'FILE'), invocation.folder);
  if (by === 'judge') {
    const { resolved } = await openWorkspace(invocation);
    return judgeGrader(resolved.find(required(options.judge, 'judge', 'MODEL')));
  }
  // Whoever rated an answer has said it already.
  if (by === 'feedback') return () => undefined;
  // Agreement is the match with the other model's answer.
  return by === 'person' ? personGrader(invocation) : exactGrader();
}

function required(value: unknown, option: string, what: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw wrongUse(`\`--by ${option}\` needs \`--${option} ${what}\`.`, 'See `tandem label --help`.');
}

function readJson(path: string): object {
  try {
    const value: unknown = JSON.parse(readRegularFile(path));
    if (typeof value === 'object' && value !== null) return value;
  } catch (cause) {
    if (TandemError.isInstance(cause)) throw cause;
    throw new TandemError(
      'invalid_argument',
      `The schema "${path}" cannot be read as JSON. Check the file.`,
      {
        cause,
      },
    );
  }
  throw new TandemError(
    'invalid_argument',
    `The schema "${path}" is not an object. Give a JSON Schema.`,
  );
}

async function functionGrader(path: string, folder: string): Promise<Grader> {
  const module = (await import(pathToFileURL(resolve(folder, path)).href).catch(
    (cause: unknown) => {
      throw new TandemError(
        'invalid_argument',
        `The module "${path}" cannot be loaded. Check the path and the module.`,
        {
          cause,
        },
      );
    },
  )) as { grade?: (graded: Parameters<Grader>[0]) => unknown };
  const { grade } = module;
  if (typeof grade !== 'function') {
    throw new TandemError(
      'invalid_argument',
      `The module "${path}" exports no function \`grade\`. Export one.`,
    );
  }
  return async graded => {
    const said = await grade(graded);
    if (said === undefined) return undefined;
    const correct = Number(said);
    if (correct >= 0 && correct <= 1) return correct;
    throw new TandemError(
      'invalid_argument',
      `\`grade\` of "${path}" gave ${String(said)}. Give true, false or a number from 0 to 1.`,
    );
  };
}

// One answer at a time, without saying whose it is. Anything but y and n leaves it out; q ends and
// keeps what was done.
function personGrader({ terminal, signal }: Invocation): Grader {
  const lines = createInterface({ input: process.stdin, terminal: false })[Symbol.asyncIterator]();
  let isOver = false;
  return async ({ prompt, answer, reference }) => {
    if (isOver || signal.aborted) return undefined;
    const known =
      reference === undefined
        ? ''
        : `\n${terminal.style.dim('reference')}\n${wrapText(reference, terminal.style, '  ')}`;
    terminal.note(
      `\n${terminal.style.bold('question')}\n${wrapText(prompt, terminal.style, '  ')}${known}\n` +
        `${terminal.style.accent('answer')}\n${wrapText(answer, terminal.style, '  ')}\n` +
        'Right? y / n / s (skip) / q (end)',
    );
    const { value, done } = await lines.next();
    const said = String(value ?? 'q')
      .trim()
      .toLowerCase();
    isOver = done === true || said === 'q';
    return said === 'y' ? 1 : said === 'n' ? 0 : undefined;
  };
}
