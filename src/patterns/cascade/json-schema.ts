import * as z from 'zod';
import { isRecord } from '../../algorithms/text/written/call-shapes.ts';
import type { JsonSchema } from '../../model/types.ts';

type SchemaCheck = (value: unknown) => string | undefined;

// A schema object is read once, however many drafts are held against it.
const checkBySchema = new WeakMap<object, SchemaCheck>();

/**
 * Checks a value against a JSON Schema; returns what is wrong, in a few words, or `undefined`. A
 * schema that cannot be read (a remote `$ref`) checks nothing, since the server that wrote it may
 * well know what it means.
 */
export function schemaFault(schema: JsonSchema, value: unknown): string | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  const check = checkBySchema.get(schema) ?? readSchema(schema);
  checkBySchema.set(schema, check);
  return check(value);
}

function readSchema(schema: object): SchemaCheck {
  let parsed: z.ZodType;
  try {
    parsed = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  } catch {
    return () => undefined;
  }
  return value => {
    const { error } = parsed.safeParse(value);
    const [issue] = error?.issues ?? [];
    if (issue)
      return `${issue.path.length > 0 ? `"${issue.path.join('.')}": ` : ''}${issue.message}`;
    return missingKey(schema, value);
  };
}

// zod demands the keys alone that the schema describes as well.
function missingKey(schema: unknown, value: unknown): string | undefined {
  if (!isRecord(schema) || typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value))
    return value.map(item => missingKey(schema.items, item)).find(fault => fault !== undefined);
  const { required, properties } = schema;
  const key = Array.isArray(required)
    ? required.find(each => !Object.hasOwn(value, String(each)))
    : undefined;
  if (key !== undefined) return `"${String(key)}" is missing`;
  const inner = Object.entries(isRecord(properties) ? properties : {});
  return inner
    .map(([name, own]) => missingKey(own, (value as Record<string, unknown>)[name]))
    .find(fault => fault !== undefined);
}

/** Texts of a schema among which a value chooses, and those that leave no choice. */
export interface Choices {
  readonly labels: readonly string[];
  readonly fixed: ReadonlySet<string>;
}

const mostNodes = 2000;

/** Collects the enums and constants of a JSON Schema, wherever they stand. */
export function choicesOf(schema: JsonSchema | undefined): Choices {
  const labels: string[] = [];
  const fixed = new Set<string>();
  const open: unknown[] = [schema];
  for (let seen = 0; open.length > 0 && seen < mostNodes; seen++) {
    const node = open.pop();
    if (Array.isArray(node)) open.push(...node.slice(0, mostNodes));
    if (!isRecord(node)) continue;
    const values = Array.isArray(node.enum) ? node.enum.filter(isText) : [];
    if (values.length === 1) fixed.add(values[0]!);
    else labels.push(...values);
    if (isText(node.const)) fixed.add(node.const);
    open.push(...Object.values(node));
  }
  return { labels, fixed };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
