import type * as z from 'zod';
import type { AnyConfig } from '../config/config.ts';
import type { KnownPatterns } from './patterns.ts';

type ListsOf<Entry> = Entry extends { readonly roleLists?: readonly (infer List)[] } ? List : never;

// An empty schema takes no key at all, not even one of the pattern's roles.
type OptionsOf<Schema extends z.ZodObject> = keyof Schema['shape'] extends never
  ? unknown
  : Readonly<z.input<Schema>>;

/** Models of a pattern by role: the name of a model or of another pattern, or a spec. */
type NamedRoles<Role extends string> = { readonly [Name in Role | 'local' | 'cloud']?: string };

/** A pattern of a configuration: which one, over which models, with its own options. */
type PatternConfigOf<Name extends keyof KnownPatterns> = {
  /** Which pattern. */
  readonly pattern: Name;
} & NamedRoles<KnownPatterns[Name]['moreRoles'][number]> & {
    readonly [List in Extract<ListsOf<KnownPatterns[Name]>, string>]?: readonly string[];
  } & OptionsOf<KnownPatterns[Name]['options']>;

/** A named pattern, by the name that its `pattern` bears. */
type PatternConfig = {
  [Name in keyof KnownPatterns]: PatternConfigOf<Name>;
}[keyof KnownPatterns];

/**
 * What a `tandem.config.ts` says. A misspelt option, role or gate is a mistake for TypeScript too,
 * where the object is typed by `satisfies Config` or `defineConfig`.
 */
export interface Config extends Omit<AnyConfig, 'patterns'> {
  /** Patterns by name. */
  readonly patterns?: Readonly<Record<string, PatternConfig>>;
}

/**
 * Types a configuration in `tandem.config.ts`; it returns what it is given.
 * @example
 * ```ts
 * export default defineConfig({
 *   models: { local: 'ollama:phi4-mini', cloud: 'openai:gpt-4.1' },
 *   patterns: { support: { pattern: 'cascade' } },
 * });
 * ```
 */
export function defineConfig(config: Config): Config {
  return config;
}
