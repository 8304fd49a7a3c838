import type * as z from 'zod';
import { TandemError, unknownKey } from '../model/errors.ts';
import { keysAt, mayBeAbsent, schemaAt, wordsFor } from './value-words.ts';

/**
 * Checks options against their schema and completes them with its defaults. What is wrong is told
 * in the same words wherever it was written; `of` says whose options they are, such as `minions`.
 * @throws TandemError `unknown_name` for a key that nobody knows, with the nearest one;
 * `invalid_argument` for a value
 * @example
 * ```ts
 * const options = readOptions(z.strictObject({ k: z.number().min(1) }), { k: 3 }, '`vote`');
 * ```
 */
export function readOptions<Schema extends z.ZodObject>(
  schema: Schema,
  given: unknown,
  of: string,
): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw optionProblem(parsed.error, { schema, given, of });
}

interface OptionFacts {
  readonly schema: z.ZodObject;
  readonly given: unknown;
  readonly of: string;
}

function optionProblem(error: z.ZodError, { schema, given, of }: OptionFacts): TandemError {
  // A misspelt key often makes another one missing too; the key is what the user can see.
  const issues = error.issues.flatMap(issue => flatten(issue));
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    // Objects of several shapes share some keys.
    const known = [...new Set(keysAt(schema, issue.path))];
    return unknownKey({ of: [of, ...issue.path].join(' → '), key: issue.keys[0]!, known });
  }
  const path = issue.path.join('.');
  const at = schemaAt(schema, issue.path);
  const what = path === '' ? 'the options' : `\`${path}\``;
  const got = shown(valueAt(given, issue.path), issue.path.at(-1));
  const message = `${what} must be ${at ? wordsFor(at) : 'valid'}, got ${got}.`;
  const advice = at && mayBeAbsent(at) ? 'Leave it out for the default.' : 'Give such a value.';
  return new TandemError('invalid_argument', `${of}: ${message} ${advice}`, { data: { path } });
}

type Issue = z.core.$ZodIssue;

// A union reports one list of issues for each of its kinds; the one with an unknown key tells the
// most.
function flatten(issue: Issue, path: readonly PropertyKey[] = []): Issue[] {
  const at = [...path, ...issue.path];
  if (issue.code !== 'invalid_union') return [{ ...issue, path: at }];
  const inner = issue.errors.flatMap(list => list.flatMap(entry => flatten(entry, at)));
  return inner.some(({ code }) => code === 'unrecognized_keys') ? inner : [{ ...issue, path: at }];
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(
    (value: unknown, key) => (value as Record<PropertyKey, unknown>)?.[key],
    given,
  );
}

const userInfo = /:\/\/[^/\s]*@/;

// What may be a credential is not quoted, content not at length, and objects of a program are named
// by what they are.
function shown(value: unknown, key: PropertyKey = ''): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? 'a list' : 'an object';
  }
  if (typeof value !== 'string') return String(value);
  const isSecret =
    /key|hash|secret|token(?!s)|password|auth/i.test(String(key)) || userInfo.test(value);
  if (isSecret) return 'another text';
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
