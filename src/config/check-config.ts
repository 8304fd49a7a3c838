import type * as z from 'zod';
import { nearest } from '../algorithms/nearest.ts';
import { TandemError } from '../model/errors.ts';
import type { Config } from './config.ts';
import { configSchema, keysAt } from './schema.ts';

/**
 * Checks what a configuration file holds. @throws TandemError `invalid_argument`, `unknown_name`
 * with the nearest key
 */
export function checkConfig(value: unknown, file: string): Config {
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return parsed.data as Config;
  throw problemWith(parsed.error, { where: file, schema: configSchema });
}

/** Checks data against a schema whose unknown keys are refused. */
export function checkOptions<Schema extends z.ZodObject>(
  schema: Schema,
  value: unknown,
  where: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw problemWith(parsed.error, { where, schema });
}

/** The error of a key that nobody knows. */
export function unknownKey(facts: {
  where: string;
  key: string;
  known: readonly string[];
}): TandemError {
  const { where, key, known } = facts;
  const near = nearest(key, known);
  const advice = near ? `Did you mean "${near}"?` : `Known: ${known.join(', ')}.`;
  return new TandemError('unknown_name', `${where} has the unknown key "${key}". ${advice}`, {
    data: { key },
  });
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

function problemWith(
  error: z.ZodError,
  { where, schema }: { where: string; schema: z.ZodObject },
): TandemError {
  // A misspelt key often makes another one missing too; the key is what the user can see.
  const issues = error.issues.flatMap(issue => flatten(issue));
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  if (issue?.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path);
    return unknownKey({
      where: [where, ...issue.path].join(' → '),
      key: issue.keys[0] ?? '',
      known,
    });
  }
  const path = issue?.path.join('.') || 'the whole';
  return new TandemError(
    'invalid_argument',
    `${where} is not valid at "${path}": ${issue?.message ?? 'invalid'}. Mend it there.`,
    { data: { path } },
  );
}
