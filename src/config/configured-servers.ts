import type { AnyConfig, ConfiguredModel, ConfiguredPool } from './config.ts';

/** The model of one server as a configuration names it, alone or in a pool. */
export interface NamedServer {
  /** Its own name, or that of the pool that it is a member of. */
  readonly name: string;
  readonly isMember: boolean;
  readonly spec: string;
  /** Without `concurrency` of a member. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A pool of a configuration. */
export interface NamedPool {
  readonly name: string;
  /** By the names that errors and figures bear. */
  readonly members: readonly Pick<NamedServer, 'name' | 'spec' | 'settings'>[];
}

/** Tells whether a configured model is several servers. */
export function isPool(model: ConfiguredModel): model is ConfiguredPool {
  return typeof model === 'object' && !('specificationVersion' in model) && 'pool' in model;
}

/**
 * Lists every server of a configuration once: a member that is named stands by its own name.
 * @example
 * ```ts
 * for (const { name, spec } of serversIn(config)) console.log(name, spec);
 * ```
 */
export function serversIn({ models = {} }: Pick<AnyConfig, 'models'>): NamedServer[] {
  return Object.entries(models).flatMap(([name, model]): NamedServer[] => {
    if (!isPool(model)) return serverOf(model).map(each => ({ name, isMember: false, ...each }));
    const own = model.pool.filter(each => typeof each !== 'string' || !Object.hasOwn(models, each));
    return own.flatMap(serverOf).map(each => ({ name, isMember: true, ...each }));
  });
}

/**
 * Lists the pools of a configuration with their members; model objects among them are left out.
 * @example
 * ```ts
 * for (const { name, members } of poolsIn(config)) console.log(name, members.length);
 * ```
 */
export function poolsIn({ models = {} }: Pick<AnyConfig, 'models'>): NamedPool[] {
  return Object.entries(models).flatMap(([name, model]) => {
    if (!isPool(model)) return [];
    const members = model.pool.flatMap(member => {
      const named = typeof member === 'string' && Object.hasOwn(models, member);
      const server = named ? models[member]! : member;
      return serverOf(server).map(each => ({
        name: named ? member : memberName(each.spec, each.settings.endpoint),
        ...each,
      }));
    });
    return [{ name, members }];
  });
}

/** What a member of a pool is called that has no name of its own: its spec, and where it is. */
export function memberName(spec: string, endpoint: unknown): string {
  if (typeof endpoint !== 'string') return spec;
  return `${spec} at ${URL.canParse(endpoint) ? new URL(endpoint).host : endpoint}`;
}

function serverOf(model: ConfiguredModel): Pick<NamedServer, 'spec' | 'settings'>[] {
  if (typeof model === 'string') return [{ spec: model, settings: {} }];
  if (isPool(model) || 'specificationVersion' in model) return [];
  const { spec, concurrency: _, ...settings } = model;
  return [{ spec, settings }];
}
