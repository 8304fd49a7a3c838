import { nearest } from '../algorithms/nearest.ts';
import { TandemError } from '../model/errors.ts';
import type { PatternEntry, Roles } from '../model/pattern-entry.ts';
import { isComposite, placeOf } from '../model/place.ts';
import type { ModelFactory } from '../model/spec.ts';
import type { LanguageModel } from '../model/types.ts';
import { checkOptions, unknownKey } from './check-config.ts';
import type { Config, ConfiguredModel, ConfiguredPattern } from './config.ts';

/** What a configuration is resolved with. */
export interface Resolver {
  readonly model: ModelFactory;
  readonly patternByName: Readonly<Record<string, PatternEntry>>;
  /** Take the place of what the configuration calls `local` and `cloud`, where they give a model. */
  readonly override?: Partial<Record<'local' | 'cloud', () => LanguageModel | undefined>>;
  /** Stand in for `local` and `cloud` where the configuration names none. */
  readonly fallback?: Partial<Record<'local' | 'cloud', () => LanguageModel>>;
}

/** One line of `tandem models`. */
export interface ListedModel {
  readonly name: string;
  readonly kind: 'model' | 'pattern';
  readonly modelId: string;
  readonly place: 'device' | 'cloud' | 'both';
}

/** A configuration whose names can be asked for. */
export interface ResolvedConfig {
  /** Finds a model or pattern by name, or makes one of a spec. @throws TandemError `unknown_name` */
  find(name: string): LanguageModel;
  /** Makes a pattern, by configured name or by its own, over the configured roles. @throws TandemError */
  pattern(name: string, roles?: Partial<Record<'local' | 'cloud', LanguageModel>>): LanguageModel;
  list(): ListedModel[];
}

/** Makes the models of a configuration, each when it is first asked for. */
export function resolveConfig(config: Config, resolver: Resolver): ResolvedConfig {
  const made = new Map<string, LanguageModel>();
  const { models = {}, patterns = {} } = config;
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
    const instead = resolver.override?.[role]?.();
    if (instead) return instead;
    if (Object.hasOwn(models, name)) return modelOf(models[name]!, resolver.model);
    if (Object.hasOwn(patterns, name)) return patternOf(name, patterns[name]!, { path: [...path, name] });
    if (resolver.fallback && Object.hasOwn(resolver.fallback, name)) return resolver.fallback[role]!();
    if (name.includes(':')) return resolver.model(name);
    throw unknownName(name, [...Object.keys(models), ...Object.keys(patterns)]);
  };
  const patternOf = (
    name: string,
    given: ConfiguredPattern,
    from: { path: readonly string[]; roles?: Partial<Record<'local' | 'cloud', LanguageModel>> },
  ): LanguageModel => {
    const { pattern, ...rest } = given;
    const entry = entryOf(pattern, resolver.patternByName);
    const roleNames = ['local', 'cloud', ...entry.moreRoles];
    const roles: Record<string, LanguageModel> = {};
    for (const role of roleNames) {
      const named = rest[role] ?? (entry.moreRoles.includes(role) ? undefined : role);
      if (named !== undefined) roles[role] = from.roles?.[role as 'local'] ?? find(String(named), from.path);
    }
    const options = Object.fromEntries(Object.entries(rest).filter(([key]) => !roleNames.includes(key)));
    refuseUnknown(name, options, [...roleNames, ...Object.keys(entry.options.shape)]);
    return entry.make(roles as Roles, checkOptions(entry.options, options, `the pattern "${name}"`));
  };
  return {
    find: name => find(name),
    pattern: (name, roles = {}) => patternOf(name, patterns[name] ?? { pattern: name }, { path: [name], roles }),
    list: () => [
      ...Object.keys(models).map(name => listed(name, 'model', find(name))),
      ...Object.keys(patterns).map(name => listed(name, 'pattern', find(name))),
    ],
  };
}

function modelOf(configured: ConfiguredModel, factory: ModelFactory): LanguageModel {
  if (typeof configured === 'string') return factory(configured);
  if ('specificationVersion' in configured) return configured as LanguageModel;
  const { spec, ...settings } = configured;
  return factory(spec, settings);
}

function entryOf(pattern: string, patternByName: Resolver['patternByName']): PatternEntry {
  if (Object.hasOwn(patternByName, pattern)) return patternByName[pattern]!;
  throw unknownName(pattern, Object.keys(patternByName), 'pattern');
}

function listed(name: string, kind: ListedModel['kind'], model: LanguageModel): ListedModel {
  return { name, kind, modelId: model.modelId, place: isComposite(model) ? 'both' : placeOf(model) };
}

function refuseUnknown(name: string, options: Record<string, unknown>, known: readonly string[]): void {
  const key = Object.keys(options).find(candidate => !known.includes(candidate));
  if (key !== undefined) throw unknownKey({ where: `the pattern "${name}"`, key, known });
}

function unknownName(name: string, known: readonly string[], what = 'model or pattern'): TandemError {
  const near = nearest(name, known);
  const list = known.length > 0 ? `Known: ${known.join(', ')}.` : 'None is configured.';
  return new TandemError('unknown_name', `There is no ${what} "${name}". ${near ? `Did you mean "${near}"?` : list}`, {
    data: { name },
  });
}

function circle(path: readonly string[]): TandemError {
  const message = `The configuration goes in a circle: ${path.join(' → ')}. Let one of them name a model.`;
  return new TandemError('invalid_argument', message);
}
