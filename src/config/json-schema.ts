import * as z from 'zod';
import type { PatternEntry } from '../model/pattern/pattern-entry.ts';
import type { Scheme } from '../model/spec.ts';
import { textConfigSchema } from './schema.ts';

type SchemaObject = Record<string, unknown>;

/**
 * Makes the JSON Schema of a configuration in YAML or JSON, for editors: every pattern with its own
 * options.
 * @example
 * ```ts
 * const schema = configJsonSchema(facts);
 * ```
 */
export function configJsonSchema(facts: {
  readonly patternByName: Readonly<Record<string, PatternEntry>>;
  readonly schemes: readonly Scheme[];
  /** What each option of a pattern does, by key; written beside the build. */
  readonly sentences?: (pattern: string) => Readonly<Record<string, string>>;
}): SchemaObject {
  const schema = z.toJSONSchema(textConfigSchema(), {
    target: 'draft-2020-12',
    unrepresentable: 'any',
    io: 'input',
  });
  const { properties, ...rest } = schema as {
    properties: Record<string, SchemaObject>;
  } & SchemaObject;
  const patterns = Object.entries(facts.patternByName).map(([name, entry]) =>
    patternSchema(name, entry, facts.sentences?.(name) ?? {}),
  );
  const examples = facts.schemes.map(({ example }) => example);
  return {
    ...rest,
    title: 'Configuration of Tandem',
    properties: {
      ...properties,
      models: {
        ...properties.models,
        description: 'Models by name; local and cloud are the defaults.',
        examples,
      },
      patterns: {
        type: 'object',
        description: 'Patterns by name.',
        additionalProperties: { anyOf: patterns },
      },
    },
  };
}

function patternSchema(
  name: string,
  { summary, moreRoles, roleLists = [], options }: PatternEntry,
  sentences: Readonly<Record<string, string>>,
): SchemaObject {
  const own = z.toJSONSchema(options, {
    target: 'draft-2020-12',
    unrepresentable: 'any',
    io: 'input',
  }) as {
    properties?: Record<string, SchemaObject>;
    required?: string[];
  };
  const role = { type: 'string', description: 'Name of a model or pattern, or a spec.' };
  const roles = Object.fromEntries(['local', 'cloud', ...moreRoles].map(key => [key, role]));
  const lists = Object.fromEntries(roleLists.map(key => [key, { type: 'array', items: role }]));
  const properties = Object.fromEntries(
    Object.entries(own.properties ?? {}).map(([key, schema]) => {
      const description = sentences[key];
      return [key, description === undefined ? schema : { description, ...schema }];
    }),
  );
  return {
    type: 'object',
    description: summary,
    properties: {
      pattern: { const: name, description: summary },
      ...roles,
      ...lists,
      ...properties,
    },
    required: ['pattern', ...(own.required ?? [])],
    additionalProperties: false,
  };
}
