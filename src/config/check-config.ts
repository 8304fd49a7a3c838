import * as z from 'zod';
import { nearest } from '../algorithms/nearest.ts';
import { TandemError } from '../model/errors.ts';
import { type PrivacyMode, privacyModes } from '../model/ports.ts';
import type { Config } from './config.ts';

const price = z.strictObject({
  input: z.number().min(0),
  cachedInput: z.number().min(0).optional(),
  output: z.number().min(0),
});
const modelObject = z.custom<object>(
  value => (value as { specificationVersion?: unknown })?.specificationVersion === 'v4',
);
const configuredModel = z.union([modelObject, z.string().min(1), z.looseObject({ spec: z.string().min(1) })]);
const configuredPattern = z.looseObject({
  pattern: z.string(),
  local: z.string().optional(),
  cloud: z.string().optional(),
});

const privacy = z.strictObject({
  mode: z.enum(privacyModes as [PrivacyMode, ...PrivacyMode[]]).optional(),
  mask: z.boolean().optional(),
  words: z.array(z.string().min(1)).optional(),
});
const journal = z.strictObject({
  keep: z.boolean().optional(),
  path: z.string().min(1).optional(),
  content: z.enum(['full', 'hashes']).optional(),
  keepDays: z.number().positive().optional(),
});

const configSchema = z.strictObject({
  $schema: z.string().optional(),
  models: z.record(z.string(), configuredModel).optional(),
  patterns: z.record(z.string(), configuredPattern).optional(),
  prices: z.record(z.string(), price).optional(),
  privacy: privacy.optional(),
  budgetUsd: z.number().min(0).optional(),
  journal: journal.optional(),
});

/** Checks what a configuration file holds. @throws TandemError `invalid_argument`, `unknown_name` with the nearest key */
export function checkConfig(value: unknown, file: string): Config {
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return parsed.data as Config;
  throw problemWith(parsed.error, { where: file, known: Object.keys(configSchema.shape) });
}

/** Checks data against a schema whose unknown keys are refused. */
export function checkOptions<Schema extends z.ZodObject>(
  schema: Schema,
  value: unknown,
  where: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw problemWith(parsed.error, { where, known: Object.keys(schema.shape) });
}

/** The error of a key that nobody knows. */
export function unknownKey(facts: { where: string; key: string; known: readonly string[] }): TandemError {
  const { where, key, known } = facts;
  const near = nearest(key, known);
  const advice = near ? `Did you mean "${near}"?` : `Known: ${known.join(', ')}.`;
  return new TandemError('unknown_name', `${where} has the unknown key "${key}". ${advice}`, { data: { key } });
}

function knownIn(section: PropertyKey | undefined, known: readonly string[]): readonly string[] {
  if (section === undefined) return known;
  const shapes: Readonly<Record<string, object>> = {
    prices: price.shape,
    privacy: privacy.shape,
    journal: journal.shape,
  };
  return Object.keys(shapes[String(section)] ?? {});
}

function problemWith(error: z.ZodError, { where, known }: { where: string; known: readonly string[] }): TandemError {
  // A misspelt key often makes another one missing too; the key is what the user can see.
  const issue = error.issues.find(({ code }) => code === 'unrecognized_keys') ?? error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    const inner = knownIn(issue.path[0], known);
    return unknownKey({ where: [where, ...issue.path].join(' → '), key: issue.keys[0] ?? '', known: inner });
  }
  const path = issue?.path.join('.') || 'the whole';
  const message = `${where} is not valid at "${path}": ${issue?.message ?? 'invalid'}. Mend it there.`;
  return new TandemError('invalid_argument', message, { data: { path } });
}
