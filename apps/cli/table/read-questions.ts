import * as z from 'zod';
import { readRegularFile } from '../../../src/entries/config.ts';
import type { TableQuestion } from '../../../src/entries/runs.ts';
import { TandemError } from '../../../src/index.ts';
import { wrongUse } from '../command.ts';

const given = z.union([
  z.string().trim().min(1),
  z.object({ question: z.string().trim().min(1), name: z.string().trim().min(1).optional() }),
]);

/**
 * Reads the questions of a table: one a line, or JSON (a list, or an object a line) with
 * `question` and, for the head of its column, `name`. @throws TandemError
 */
export async function readQuestions(path: string | undefined): Promise<TableQuestion[]> {
  if (path === undefined)
    throw wrongUse('No questions are given.', 'Name a file with one a line: --questions FILE');
  const text = textIn(path)
    .replace(/^\ufeff/, '')
    .trim();
  const rows = /^\[|^\{/.test(text)
    ? jsonIn(text, path)
    : text
        .split(/\r?\n|\r/)
        .map(line => line.trim())
        .filter(line => line !== '');
  const questions = rows.map((row, at) => {
    const { success, data } = given.safeParse(row);
    if (!success) throw wrong(path, `Its entry ${at + 1} is no question.`);
    const { question, name } = typeof data === 'string' ? { question: data } : data;
    return { question, name: name ?? question };
  });
  if (questions.length === 0) throw wrong(path, 'It is empty.');
  return questions;
}

function textIn(path: string): string {
  try {
    return readRegularFile(path);
  } catch (cause) {
    if (TandemError.isInstance(cause)) throw cause;
    throw wrong(path, `It cannot be opened (${(cause as NodeJS.ErrnoException).code}).`, cause);
  }
}

function jsonIn(text: string, path: string): unknown[] {
  const asList = text.startsWith('[');
  try {
    return asList
      ? (JSON.parse(text) as unknown[])
      : text.split('\n').flatMap(line => (line.trim() === '' ? [] : [JSON.parse(line) as unknown]));
  } catch (cause) {
    throw wrong(path, 'It begins as JSON and is none.', cause);
  }
}

function wrong(path: string, why: string, cause?: unknown): TandemError {
  return new TandemError(
    'invalid_argument',
    `The file of questions "${path}" cannot be used. ${why} Write a question a line.`,
    { data: { path }, ...(cause !== undefined && { cause }) },
  );
}
