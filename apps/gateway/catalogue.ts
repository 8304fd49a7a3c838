import { placeNow, poolMembersOf } from '../../src/entries/backends.ts';
import {
  type AnyConfig,
  configuredMasker,
  looserOption,
  type PatternEntry,
  patternByName,
  type ResolvedConfig,
  runOptionsOf,
} from '../../src/entries/config.ts';
import { driftOf } from '../../src/entries/eval.ts';
import { type Masker, openTelemetry } from '../../src/entries/runs.ts';
import {
  type LanguageModel,
  type Place,
  type PrivacyMode,
  type RunOptions,
  TandemError,
} from '../../src/index.ts';
import type { ServedPool, ServedRouter } from './metrics.ts';
import { checkSettings, type GatewaySettings } from './settings.ts';
import { stricter } from './wire/problem.ts';
import { speakersIn } from './wire/tool-ids.ts';
import { alone } from './work/alone.ts';

/** What a configuration yields, as whoever starts the server has resolved it. */
export interface Workspace {
  readonly config: AnyConfig;
  readonly resolved: ResolvedConfig;
  readonly roles: {
    readonly local: LanguageModel | undefined;
    readonly cloud: LanguageModel | undefined;
  };
}

/** A model or pattern that can be asked for. */
export interface Served {
  readonly name: string;
  readonly kind: 'model' | 'pattern';
  readonly modelId: string;
  /** Where it runs, as far as its server says so by now. */
  readonly place: () => Promise<Place | 'both'>;
  readonly model: LanguageModel;
}

/** Everything that one configuration lets a server do; replaced as a whole. */
export interface Catalogue {
  readonly settings: GatewaySettings;
  readonly served: ReadonlyMap<string, Served>;
  readonly pools: readonly ServedPool[];
  /** Routers with weights of their own, and calibrated cascades. */
  readonly routers: readonly ServedRouter[];
  /** What every run is held to. */
  readonly policy: RunOptions & { readonly mode: PrivacyMode };
  /** The masker of the configuration, for requests that ask for one where it is not always on. */
  readonly masker: () => Masker;
  /** Model ids that may have made a tool call. */
  readonly speakers: ReadonlySet<string>;
  /** Whether finished calls are kept in a journal. */
  readonly config: AnyConfig;
  /**
   * Makes a pattern with other options, none looser than what is configured. @throws TandemError,
   * Problem 403
   */
  withOptions(name: string, options: Readonly<Record<string, unknown>>): LanguageModel;
}

/** Reads a workspace into what a server serves. @throws TandemError */
export async function openCatalogue(workspace: Workspace): Promise<Catalogue> {
  const { config } = workspace;
  const settings = checkSettings((config as { gateway?: unknown }).gateway);
  const served = new Map(listServed(workspace).map(each => [each.name, each]));
  if (served.size === 0) throw nothingToServe();
  const speakers = new Set(
    [...served.values()].flatMap(({ model }) => [model.modelId, ...speakersIn(model.modelId)]),
  );
  return {
    settings,
    served,
    pools: poolsOf(workspace),
    routers: [...served.values()].flatMap(({ name, model }) =>
      driftOf(model) ? [{ name, drift: () => driftOf(model)! }] : [],
    ),
    policy: await policyOf(workspace),
    masker: maskerOf(workspace),
    speakers,
    config,
    withOptions: optionsMaker(workspace),
  };
}

/** Finds what a request asks for: `support` and `tandem/support` are the same. */
export function findServed({ served }: Catalogue, name: string): Served | undefined {
  return (
    served.get(name) ??
    (name.startsWith('tandem/') ? served.get(name.slice('tandem/'.length)) : undefined)
  );
}

type Optioned = ResolvedConfig & {
  pattern(name: string, roles?: object, options?: Readonly<Record<string, unknown>>): LanguageModel;
};

// Patterns with options of a request are few, and each is a model that may hold state of its own.
const mostMade = 64;

function optionsMaker({ resolved, config }: Workspace) {
  const made = new Map<string, LanguageModel>();
  return (name: string, options: Readonly<Record<string, unknown>>): LanguageModel => {
    const key = JSON.stringify([name, options]);
    const known = made.get(key);
    if (known) return known;
    const own = config.patterns && Object.hasOwn(config.patterns, name);
    const { pattern, ...configured } = own ? config.patterns![name]! : { pattern: name };
    const entry = Object.hasOwn(patternByName, pattern) ? patternByName[pattern] : undefined;
    const role = entry && Object.keys(options).find(option => rolesOf(entry).includes(option));
    if (role !== undefined) throw stricter(`options.${role}`, "the configuration's own model");
    // What is refused is not made: it could read a file. What is no option at all is told as such.
    const isSound = entry?.options.partial().safeParse(options).success;
    const found = entry && isSound && looserOption(entry.options, configured, options);
    if (found) throw stricter(`options.${found.key}`, shownLimit(found.limit));
    const model = (resolved as Optioned).pattern(name, {}, options);
    made.set(key, model);
    if (made.size > mostMade) made.delete(made.keys().next().value!);
    return model;
  };
}

// Addresses and paths of the configuration are none of a client's business.
function shownLimit(limit: unknown): string {
  return /^[\w.-]+$/.test(String(limit)) ? String(limit) : 'what is configured';
}

function rolesOf({ moreRoles, roleLists = [] }: PatternEntry): readonly string[] {
  return ['local', 'cloud', ...moreRoles, ...roleLists];
}

const inBoth = async () => 'both' as const;

function listServed({ resolved, roles }: Workspace): Served[] {
  const served: Served[] = resolved.list().map(({ name, kind, modelId, place }) => {
    const found = resolved.find(name);
    if (place === 'both') return { name, kind, modelId, place: inBoth, model: found };
    return { name, kind, modelId, place: () => placeNow(found), model: alone(found) };
  });
  const known = new Set(served.map(({ name }) => name));

  for (const role of ['local', 'cloud'] as const) {
    const model = roles[role];
    if (!model || known.has(role)) continue;
    served.push({
      name: role,
      kind: 'model',
      modelId: model.modelId,
      place: () => placeNow(model),
      model: alone(model),
    });
  }
  return [...served, ...defaultPatterns(resolved, known)];
}

function poolsOf({ resolved }: Workspace): ServedPool[] {
  return resolved.list().flatMap(({ name }) => {
    const model = resolved.find(name);
    return poolMembersOf(model) ? [{ name, members: () => poolMembersOf(model) ?? [] }] : [];
  });
}

// Every pattern can be asked by its own name, over the models named `local` and `cloud`.
function defaultPatterns(resolved: ResolvedConfig, known: ReadonlySet<string>): Served[] {
  const names = Object.keys(patternByName).filter(name => !known.has(name));
  return names.flatMap((name): Served[] => {
    try {
      const model = resolved.pattern(name);
      return [{ name, kind: 'pattern', modelId: model.modelId, place: inBoth, model }];
    } catch (error) {
      // A pattern that needs more than two models is served only where it is configured.
      if (TandemError.isInstance(error)) return [];
      throw error;
    }
  });
}

// Many a server never needs it.
function maskerOf({ config, resolved }: Workspace): () => Masker {
  let made: Masker | undefined;
  return () => {
    made ??= configuredMasker(config.privacy ?? {}, resolved.find);
    return made;
  };
}

async function policyOf({ config, resolved }: Workspace): Promise<Catalogue['policy']> {
  const { mode = 'cloud-allowed', ...policy } = runOptionsOf(config, privacy =>
    configuredMasker(privacy, resolved.find),
  );
  return { ...policy, mode, ...(config.telemetry && { sink: await openTelemetry() }) };
}

function nothingToServe(): TandemError {
  return new TandemError(
    'not_configured',
    'There is nothing to serve. Name models in tandem.config.ts, or set SLM_BACKEND and ' +
      'LLM_BACKEND.',
  );
}
