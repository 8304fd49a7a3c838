import { nearest } from '../algorithms/nearest.ts';
import { TandemError, unknownKey } from '../model/errors.ts';
import type { PatternEntry } from '../model/pattern/pattern-entry.ts';
import type { Scheme } from '../model/spec.ts';
import type { AnyConfig, ConfiguredModel, ConfiguredPool } from './config.ts';
import { isPool } from './configured-servers.ts';
import { readOptions } from './read-options.ts';
import { type ConfiguredPattern, configuredPool } from './schema.ts';

/** What names of a configuration can mean. */
export interface KnownNames {
  readonly patternByName: Readonly<Record<string, PatternEntry>>;
  /** Absent: the specs of models are not looked at before they are asked for. */
  readonly schemes?: readonly Scheme[];
}

/**
 * Finds every name and key of a configuration that nobody knows, without making a model.
 * @example
 * ```ts
 * const problems = problemsIn(config, known);
 * ```
 */
export function problemsIn(config: AnyConfig, known: KnownNames): TandemError[] {
  const models = Object.entries(config.models ?? {}).map(
    ([name, model]) =>
      () =>
        checkModel(name, model, { config, known }),
  );
  const patterns = Object.entries(config.patterns ?? {}).map(
    ([name, pattern]) =>
      () =>
        checkPattern(name, pattern, { config, known }),
  );
  const finders = (config.privacy?.finders ?? []).flatMap(each =>
    typeof each === 'object' && 'model' in each
      ? [() => checkNamed(each.model, 'the finder of personal data', { config, known })]
      : [],
  );
  return [...models, ...patterns, ...finders].flatMap(check => {
    try {
      check();
      return [];
    } catch (error) {
      if (!TandemError.isInstance(error)) throw error;
      return [error];
    }
  });
}

/**
 * Splits a configured pattern into the names of its roles, lists of names, and its own options.
 * @throws TandemError
 */
export function readPattern(
  name: string,
  given: ConfiguredPattern,
  patternByName: KnownNames['patternByName'],
) {
  const { pattern, ...rest } = given;
  const entry = entryOf(pattern, patternByName);
  const roleNames = ['local', 'cloud', ...entry.moreRoles];
  const listNames = entry.roleLists ?? [];
  const named = [...roleNames, ...listNames];
  const options = Object.fromEntries(Object.entries(rest).filter(([key]) => !named.includes(key)));
  const known = [...named, ...Object.keys(entry.options.shape)];
  const key = Object.keys(options).find(candidate => !known.includes(candidate));
  if (key !== undefined) throw unknownKey({ of: `the pattern "${name}"`, key, known });
  const lists = Object.fromEntries(listNames.map(list => [list, namesIn(list, given[list], name)]));
  return {
    entry,
    roleNames,
    lists,
    options: readOptions(entry.options, options, `the pattern "${name}"`),
  };
}

function namesIn(list: string, given: unknown, pattern: string): readonly string[] {
  if (given === undefined) return [];
  if (Array.isArray(given) && given.every(each => typeof each === 'string' && each !== ''))
    return given as string[];
  const message =
    `\`${list}\` of the pattern "${pattern}" must be a list of names or specs, got ` +
    `${JSON.stringify(given)}. ` +
    `Write ${JSON.stringify([typeof given === 'string' ? given : 'ollama:phi4-mini'])}.`;
  throw new TandemError('invalid_argument', message, { data: { pattern, list } });
}

/** The error of a name that nobody knows. */
export function unknownName(
  name: string,
  known: readonly string[],
  what = 'model or pattern',
): TandemError {
  const near = nearest(name, known);
  const list = known.length > 0 ? `Known: ${known.join(', ')}.` : 'None is configured.';
  return new TandemError(
    'unknown_name',
    `There is no ${what} "${name}". ${near ? `Did you mean "${near}"?` : list}`,
    {
      data: { name },
    },
  );
}

interface Context {
  readonly config: AnyConfig;
  readonly known: KnownNames;
}

function checkPattern(name: string, given: ConfiguredPattern, { config, known }: Context): void {
  const { roleNames, lists } = readPattern(name, given, known.patternByName);
  const single = roleNames.map(role => [role, given[role]] as const);
  const listed = Object.entries(lists).flatMap(([list, each]) =>
    each.map(one => [list, one] as const),
  );
  for (const [role, named] of [...single, ...listed]) {
    const where = `the role "${role}" of the pattern "${name}"`;
    if (typeof named === 'string') checkNamed(named, where, { config, known });
  }
}

// What is named may be a role, a model, a pattern or a spec.
function checkNamed(named: string, where: string, { config, known }: Context): void {
  const names = [...Object.keys(config.models ?? {}), ...Object.keys(config.patterns ?? {})];
  if (named === 'local' || named === 'cloud' || names.includes(named)) return;
  if (!named.includes(':')) throw unknownName(named, [...names, 'local', 'cloud']);
  checkSpec(named, {}, { where, config, known });
}

function checkModel(name: string, model: ConfiguredModel, { config, known }: Context): void {
  if (typeof model === 'string')
    checkSpec(model, {}, { where: `the model "${name}"`, config, known });
  else if (isPool(model)) checkPool(name, model, { config, known });
  else if (!('specificationVersion' in model)) {
    const { spec, ...settings } = model;
    checkSpec(spec, settings, { where: `the model "${name}"`, config, known });
  }
}

function checkPool(name: string, given: ConfiguredPool, { config, known }: Context): void {
  const { pool } = readOptions(configuredPool(), given, `the pool "${name}"`);
  for (const member of pool) {
    const {
      spec,
      concurrency: _,
      ...settings
    } = typeof member === 'string' ? { spec: member, concurrency: 1 } : member;
    if (typeof member !== 'string' || !isServerName(name, member, config))
      checkSpec(spec, settings, { where: `"${spec}" in the pool "${name}"`, config, known });
  }
}

// Whether a member is the name of a model; a spec is none.
function isServerName(pool: string, member: string, { models = {}, patterns = {} }: AnyConfig) {
  if (Object.hasOwn(patterns, member)) throw noServer(pool, member, 'a pattern');
  if (Object.hasOwn(models, member)) {
    if (isPool(models[member]!)) throw noServer(pool, member, 'a pool');
    return true;
  }
  if (member.includes(':')) return false;
  throw unknownName(member, Object.keys(models), `model for the pool "${pool}",`);
}

function noServer(pool: string, member: string, what: string): TandemError {
  return new TandemError(
    'invalid_argument',
    `The pool "${pool}" is of servers, and "${member}" is ${what}. Name a model of one server.`,
    { data: { pool, member } },
  );
}

function checkSpec(
  spec: string,
  settings: object,
  { where, config, known }: Context & { where: string },
): void {
  const { schemes } = known;
  const colon = spec.indexOf(':');
  const name = colon < 0 ? spec : spec.slice(0, colon);
  const providers = Object.keys(config.providers ?? {});
  if (!schemes || (colon > 0 && providers.includes(name))) return;
  const scheme = schemes.find(candidate => candidate.name === name);
  if (!scheme || colon < 0) {
    const near = nearest(name, [...schemes.map(candidate => candidate.name), ...providers]);
    const example =
      schemes.find(candidate => candidate.name === near)?.example ?? (near && `${near}:MODEL`);
    const advice = example
      ? `Did you mean \`${example}\`?`
      : 'Write it like `ollama:phi4-mini`; see `tandem models`.';
    throw new TandemError('unknown_name', `No model backend for ${where}, "${spec}". ${advice}`, {
      data: { spec },
    });
  }
  const key =
    scheme.settings &&
    Object.keys(settings).find(candidate => !scheme.settings?.includes(candidate));
  if (key !== undefined) throw unknownKey({ of: where, key, known: scheme.settings ?? [] });
}

function entryOf(pattern: string, patternByName: KnownNames['patternByName']): PatternEntry {
  if (Object.hasOwn(patternByName, pattern)) return patternByName[pattern]!;
  throw unknownName(pattern, Object.keys(patternByName), 'pattern');
}
