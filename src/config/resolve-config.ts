import { TandemError, unknownKey } from '../model/errors.ts';
import { isComposite, placeOf } from '../model/leaf/model/place.ts';
import type { Roles } from '../model/pattern/pattern-entry.ts';
import type { ModelFactory } from '../model/spec.ts';
import type { LanguageModel } from '../model/types.ts';
import type { Place } from '../trace/span.ts';
import { type KnownNames, problemsIn, readPattern, unknownName } from './check-names.ts';
import type { AnyConfig, ConfiguredModel, ConfiguredPool, ConfiguredServer } from './config.ts';
import { isPool, memberName } from './configured-servers.ts';
import type { ConfiguredPattern } from './schema.ts';

/** What a configuration is resolved with. */
export interface Resolver extends KnownNames {
  readonly model: ModelFactory;
  /** Makes one model of several servers. Absent: a configuration with a pool is refused. */
  readonly pool?: (options: PoolOfServers) => LanguageModel;
  /**
   * Take the place of what the configuration calls `local` and `cloud`, where they give a model.
   */
  readonly override?: Partial<Record<'local' | 'cloud', () => LanguageModel | undefined>>;
  /** Stand in for `local` and `cloud` where the configuration names none. */
  readonly fallback?: Partial<Record<'local' | 'cloud', () => LanguageModel>>;
}

/** What one model of several servers is made of. */
export type PoolOfServers = Pick<ConfiguredPool, 'concurrency'> & {
  readonly members: {
    readonly name: string;
    readonly model: LanguageModel;
    readonly concurrency?: number | undefined;
  }[];
  readonly modelId: string;
};

/** One line of `tandem models`. */
export interface ListedModel {
  readonly name: string;
  readonly kind: 'model' | 'pattern';
  readonly modelId: string;
  readonly place: Place | 'both';
}

/** A configuration whose names can be asked for. */
export interface ResolvedConfig {
  /** Names of models and patterns. */
  readonly names: readonly string[];
  /**
   * Finds a model or pattern by name, or makes one of a spec. @throws TandemError `unknown_name`
   */
  find(name: string): LanguageModel;
  /**
   * Makes a pattern, by configured name or by its own, over the configured roles; `options` are
   * laid over the configured ones, and cannot choose models. @throws TandemError
   */
  pattern(
    name: string,
    roles?: Partial<Record<'local' | 'cloud', LanguageModel>>,
    options?: Readonly<Record<string, unknown>>,
  ): LanguageModel;
  list(): ListedModel[];
}

interface Origin {
  readonly path: readonly string[];
  readonly roles?: Partial<Record<'local' | 'cloud', LanguageModel>>;
}

/**
 * Makes the models of a configuration, each when it is first asked for; names and keys are checked
 * at once.
 * @throws TandemError `unknown_name`, `invalid_argument`
 * @example
 * ```ts
 * const resolved = resolveConfig(config, resolver);
 * const answer = await resolved.find('local').doGenerate(call);
 * ```
 */
export function resolveConfig(config: AnyConfig, resolver: Resolver): ResolvedConfig {
  const [problem] = problemsIn(config, resolver);
  if (problem) throw problem;
  const made = new Map<string, LanguageModel>();
  const { models = {}, patterns = {} } = config;
  const factory = factoryOf(config, resolver);
  const find = (name: string, path: readonly string[] = []): LanguageModel => {
    const known = made.get(name);
    if (known) return known;
    if (path.includes(name)) throw circle([...path, name]);
    const model = make(name, path);
    made.set(name, model);
    return model;
  };
  const make = (name: string, path: readonly string[]): LanguageModel => {
    const role = name as 'local' | 'cloud';
    const { override = {} } = resolver;
    const instead = Object.hasOwn(override, role) && override[role]?.();
    if (instead) return instead;
    if (Object.hasOwn(models, name))
      return modelOf(name, models[name]!, { resolver, factory, find: each => find(each, [name]) });
    if (Object.hasOwn(patterns, name))
      return patternOf(name, patterns[name]!, { path: [...path, name] });
    if (resolver.fallback && Object.hasOwn(resolver.fallback, name))
      return resolver.fallback[role]!();
    if (name.includes(':')) return factory(name);
    throw unknownName(name, [...Object.keys(models), ...Object.keys(patterns)]);
  };
  const patternOf = (name: string, given: ConfiguredPattern, from: Origin): LanguageModel => {
    const { entry, roleNames, lists, options } = readPattern(name, given, resolver.patternByName);
    const findFrom = (wanted: string) => find(wanted, from.path);
    const roles = rolesOf({ entry, roleNames }, given, { handed: from.roles, find: findFrom });
    const found = Object.entries(lists).map(([list, named]) => [list, named.map(findFrom)]);
    return entry.make(roles, options, Object.fromEntries(found));
  };
  return {
    names: [...Object.keys(models), ...Object.keys(patterns)],
    find: name => find(name),
    pattern: (name, roles = {}, options = {}) =>
      patternOf(name, laidOver(name, options, { patterns, resolver }), { path: [name], roles }),
    list: () => [
      ...Object.keys(models).map(name => listed(name, 'model', find(name))),
      ...Object.keys(patterns).map(name => listed(name, 'pattern', find(name))),
    ],
  };
}

// A model that was handed over goes before one that is named; the roles that only some patterns
// have must be named.
function rolesOf(
  { entry, roleNames }: Pick<ReturnType<typeof readPattern>, 'entry' | 'roleNames'>,
  given: ConfiguredPattern,
  { handed, find }: { handed: Origin['roles']; find: (name: string) => LanguageModel },
): Roles {
  const roles: Record<string, LanguageModel> = {};
  for (const role of roleNames) {
    const named = given[role] ?? (entry.moreRoles.includes(role) ? undefined : role);
    if (named !== undefined) roles[role] = handed?.[role as 'local'] ?? find(String(named));
  }
  return roles as Roles;
}

// A provider of the configuration makes what it is named for; time-outs hold for every server.
function factoryOf(
  { providers = {}, timeouts = {} }: AnyConfig,
  { model, schemes = [] }: Resolver,
): ModelFactory {
  const { connectMs, answerMs } = timeouts;
  const patience = {
    ...(connectMs !== undefined && { connectMs }),
    ...(answerMs !== undefined && { answerMs }),
  };
  return (spec, settings) => {
    const name = spec.slice(0, Math.max(0, spec.indexOf(':')));
    if (Object.hasOwn(providers, name))
      return providers[name]!.languageModel(spec.slice(name.length + 1));
    const isServer = schemes.some(
      scheme => scheme.name === name && scheme.settings?.includes('connectMs'),
    );
    return model(spec, isServer ? { ...patience, ...settings } : settings);
  };
}

// Options alone: roles choose models, which is for the configuration to do.
function laidOver(
  name: string,
  options: Readonly<Record<string, unknown>>,
  { patterns, resolver }: { patterns: NonNullable<AnyConfig['patterns']>; resolver: Resolver },
): ConfiguredPattern {
  const configured = Object.hasOwn(patterns, name) ? patterns[name]! : { pattern: name };
  const { pattern } = configured;
  const { patternByName } = resolver;
  const isKnown = Object.hasOwn(patternByName, pattern);
  const known = isKnown ? Object.keys(patternByName[pattern]!.options.shape) : [];
  const key = Object.keys(options).find(candidate => !known.includes(candidate));
  if (key !== undefined && isKnown) throw unknownKey({ of: `the pattern "${name}"`, key, known });
  return { ...configured, ...options };
}

interface ModelMaking {
  readonly resolver: Resolver;
  readonly factory: ModelFactory;
  readonly find: (name: string) => LanguageModel;
}

function poolOf(name: string, { pool, ...rest }: ConfiguredPool, by: ModelMaking): LanguageModel {
  if (!by.resolver.pool) throw noPools(name);
  const members = pool.map(member => {
    if (typeof member === 'string') return { name: member, model: by.find(member) };
    const { concurrency, ...server } = member as ConfiguredServer & { concurrency?: number };
    const name = memberName(server.spec, server.endpoint);
    return { name, model: serverOf(server, by.factory), concurrency };
  });
  return by.resolver.pool({ members, ...rest, modelId: idOf(name, members) });
}

// Servers of one model are that model: what was calibrated or kept for it holds for all of them.
function idOf(name: string, members: PoolOfServers['members']): string {
  const [id = name, ...others] = new Set(members.map(({ model }) => model.modelId));
  return others.length === 0 ? id : name;
}

function noPools(name: string): TandemError {
  return new TandemError(
    'invalid_argument',
    `"${name}" is a pool, and nothing here makes one. Give \`pool\` of tandem/backends.`,
    { data: { name } },
  );
}

function modelOf(name: string, configured: ConfiguredModel, by: ModelMaking): LanguageModel {
  if (isPool(configured)) return poolOf(name, configured, by);
  return serverOf(configured, by.factory);
}

function serverOf(
  configured: Exclude<ConfiguredModel, ConfiguredPool>,
  factory: ModelFactory,
): LanguageModel {
  if (typeof configured === 'string') return factory(configured);
  if ('specificationVersion' in configured) return configured as LanguageModel;
  const { spec, ...settings } = configured;
  return factory(spec, settings);
}

function listed(name: string, kind: ListedModel['kind'], model: LanguageModel): ListedModel {
  return {
    name,
    kind,
    modelId: model.modelId,
    place: isComposite(model) ? 'both' : placeOf(model),
  };
}

function circle(path: readonly string[]): TandemError {
  return new TandemError(
    'invalid_argument',
    `The configuration goes in a circle: ${path.join(' → ')}. Let one of them name a model.`,
  );
}
