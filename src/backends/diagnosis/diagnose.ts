import { userCall } from '../../model/answer.ts';
import { type CatalogueState, catalogueState } from '../../model/leaf/cost/catalogue.ts';
import {
  type Capabilities,
  type DraftSignal,
  signalFor,
} from '../../model/leaf/model/capabilities.ts';
import { direct } from '../../model/pattern/direct.ts';
import { run } from '../../model/run/scope-life.ts';
import type { ModelFactory } from '../../model/spec.ts';
import type { CloudReport, Environment } from '../backend.ts';
import { backendOf } from '../backends.ts';
import { isInstalled } from '../is-installed.ts';
import { installLlamaCpp } from '../llama-cpp/engine.ts';
import { type EngineReport, inspectEngine } from '../llama-cpp/inspect-engine.ts';
import { modelFetch } from '../model-fetch.ts';
import type { RoleSpec } from '../roles.ts';
import type { FoundModel } from '../server-facts.ts';
import { given } from '../settings.ts';
import { type Advice, adviseOn } from './advise-on.ts';
import { type Believed, believedOf } from './believed.ts';
import type { CapabilityCache } from './capability-cache.ts';
import { cloudsOf } from './clouds.ts';
import { bestLocal, type Candidate, discoverServers, type FoundServer } from './discover.ts';
import { type LookedForPool, type PoolReport, reportOnPools } from './pool-members.ts';
import { type Probe, type ProbeOptions, probeModel, type Speed } from './probe.ts';

/** A local model and what it can really do. */
export interface ModelReport {
  readonly name: string;
  /** As a configuration names it. */
  readonly spec: string;
  readonly isLoaded?: boolean;
  /** Whether it has no format of a chat. */
  readonly isBare?: boolean;
  /** Whether it makes embeddings alone. */
  readonly isEmbedder?: boolean;
  /** What is absent is unknown. */
  readonly capabilities: Capabilities;
  readonly speed?: Speed;
  /** What its drafts are judged by where a cascade names no gate. */
  readonly signal: DraftSignal;
  /** Whether this was found out now, before, or not at all. */
  readonly source: 'probe' | 'cache' | 'listed';
  readonly failure?: string;
  /** Whether everything that can be found out was, or nothing was asked. */
  readonly isComplete: boolean;
}

/** A server that was looked for, with what its models can do. */
export interface ServerReport extends Omit<FoundServer, 'models'> {
  /** Where it is believed to be, and why. */
  readonly believed: Believed;
  readonly models: readonly ModelReport[];
}

/** A model as a configuration names it. */
type SuggestedModel = string | { readonly spec: string; readonly endpoint: string };

/** What is at hand on this machine, what is missing, and what mends it. */
export interface Diagnosis {
  readonly servers: readonly ServerReport[];
  readonly clouds: readonly CloudReport[];
  /** Those of the configuration. */
  readonly pools: readonly PoolReport[];
  /** Optional packages, and whether they can be imported. */
  readonly packages: readonly {
    readonly name: string;
    readonly isFor: string;
    /** The command that installs it. */
    readonly install: string;
    readonly isInstalled: boolean;
  }[];
  /** Models in this process. */
  readonly engine: EngineReport;
  /** Of the list of prices and context windows. */
  readonly catalogue: CatalogueState;
  readonly advice: readonly Advice[];
  /** A configuration of what was found. */
  readonly suggestion: {
    readonly models: Readonly<Record<string, SuggestedModel>>;
  };
  /** Whether every probe ended in time. */
  readonly isComplete: boolean;
  readonly elapsedMs: number;
}

/** How a machine is diagnosed. */
export interface DiagnoseOptions {
  readonly env: Environment;
  readonly model: ModelFactory;
  readonly cache: CapabilityCache;
  /** Milliseconds for all of it, a call to a cloud apart. Default: 3,000. */
  readonly limitMs?: number;
  /** Further places, such as those of a configuration. */
  readonly more?: readonly Candidate[];
  /** Pools of a configuration, whose servers are among those places. */
  readonly pools?: readonly LookedForPool[];
  /** Files of weights that a configuration names, beside those of the environment. */
  readonly modelFiles?: readonly string[];
  /** Address of the package `node-llama-cpp`. Default: where an import finds it. */
  readonly engineEntry?: string;
  /** The models that flags, environment or configuration name: they are the suggested ones. */
  readonly configured?: { readonly local?: RoleSpec; readonly cloud?: RoleSpec };
  /** Probes anew what is in the cache. Default: false. */
  readonly isFresh?: boolean;
  /** The cloud model that is asked once. Default: none, and no cloud is called. */
  readonly probeCloud?: RoleSpec;
  readonly onProgress?: (what: string) => void;
  /** Sends every request in place of the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

const mostProbed = 3;
const optionalPackages = [
  {
    name: 'node-llama-cpp',
    isFor: 'llama-cpp: a model in this process',
    install: installLlamaCpp,
  },
  {
    name: 'foundry-local-sdk',
    isFor: 'foundry-local: started from here',
    install: 'npm install foundry-local-sdk',
  },
  {
    name: '@azure/identity',
    isFor: 'azure: without a key',
    install: 'npm install @azure/identity',
  },
];

/**
 * Finds what runs on this machine and what each model can really do, within a time.
 * @example
 * ```ts
 * const diagnosis = await diagnose({
 *   env: process.env,
 *   model,
 *   cache: openCapabilityCache(process.env),
 * });
 * ```
 */
export async function diagnose(options: DiagnoseOptions): Promise<Diagnosis> {
  const { env, limitMs = 3000, more = [], onProgress } = options;
  const begun = performance.now();
  // A little is left for writing it down.
  const signal = AbortSignal.timeout(Math.max(1, limitMs - 250));
  onProgress?.('looking for model servers …');
  // Each server is probed as soon as it is known: none waits for one that is silent.
  const reports = new Map<FoundServer, Promise<ServerReport>>();
  const onFound = (server: FoundServer) =>
    void reports.set(server, reportOn(server, { ...options, signal }));
  const [found, clouds, engine] = await Promise.all([
    discoverServers({
      env,
      more,
      ...(options.limitMs !== undefined && { limitMs: Math.max(1, limitMs - 250) }),
      onFound,
      ...(options.fetch && { fetch: options.fetch }),
    }),
    cloudsOf(env, {
      configured: options.configured?.cloud,
      model: options.model,
      probe: options.probeCloud && { ...options.probeCloud, ask: asker(options) },
    }),
    inspectEngine({ entry: options.engineEntry, files: modelFilesIn(options), signal }),
  ]);
  const servers = await Promise.all(found.map(server => reports.get(server)!));
  const running = servers.filter(({ state }) => state !== 'absent');
  const isComplete = running.every(({ models }) => models.every(model => model.isComplete));
  const catalogue = catalogueState();
  const facts = { servers: running, clouds, engine, isComplete, catalogue };
  return {
    servers: running,
    clouds,
    pools: reportOnPools(options.pools, found),
    packages: optionalPackages.map(found => ({ ...found, isInstalled: isInstalled(found.name) })),
    engine,
    catalogue,
    advice: adviseOn(facts),
    suggestion: { models: suggested(facts, options) },
    isComplete,
    elapsedMs: Math.round(performance.now() - begun),
  };
}

function asker({ model }: DiagnoseOptions): (role: RoleSpec) => Promise<void> {
  return async ({ spec, settings }) => {
    const asked = direct(model(spec, settings));
    // Reasoning models refuse fewer tokens.
    await run({ retry: { tries: 1 } }, async () =>
      asked.doGenerate(userCall('Reply: ready', { maxOutputTokens: 16 })),
    );
  };
}

type DiagnosisContext = DiagnoseOptions & { readonly signal: AbortSignal };

async function reportOn(server: FoundServer, context: DiagnosisContext): Promise<ServerReport> {
  const chosen = server.models.filter(({ isLoaded }) => isLoaded).slice(0, mostProbed);
  const probed = chosen.length > 0 ? chosen : server.models.slice(0, 1);
  const models: ModelReport[] = [];
  for (const model of server.models) {
    models.push(
      probed.includes(model) ? await probeOne(server, model, context) : listed(server, model),
    );
  }
  return { ...server, models, believed: await believedOf(server) };
}

function listed(
  { scheme }: FoundServer,
  { name, isLoaded, isBare, isEmbedder, contextTokens, images }: FoundModel,
): ModelReport {
  return {
    name,
    spec: `${scheme}:${name}`,
    ...given({ isLoaded, isBare, isEmbedder }),
    capabilities: given({ contextTokens, images }),
    signal: signalFor({}),
    source: 'listed',
    isComplete: true,
  };
}

async function probeOne(
  server: FoundServer,
  model: FoundModel,
  context: DiagnosisContext,
): Promise<ModelReport> {
  const { cache, isFresh, onProgress, signal } = context;
  const { scheme, origin, version = '' } = server;
  const base = listed(server, model);
  const identity = [origin, version, model.version ?? '', model.contextTokens ?? ''].join(' ');
  const known = isFresh ? undefined : cache.find(base.spec, identity);
  if (known) {
    const { capabilities, speed } = known;
    return {
      ...base,
      capabilities,
      ...(speed && { speed }),
      signal: signalFor(capabilities),
      source: 'cache',
    };
  }
  onProgress?.(`asking ${base.spec} …`);
  const settings = {
    endpoint: server.endpoint,
    env: context.env,
    ...(context.fetch && { fetch: context.fetch }),
  };
  const chat = backendOf(scheme)?.chatAt?.(origin);
  const probe = await probeModel(context.model(base.spec, settings), {
    signal,
    ...(model.contextTokens !== undefined && { contextTokens: model.contextTokens }),
    ...(model.images !== undefined && { images: model.images }),
    ...(chat !== undefined && { askForTwo: twoAnswers(chat, model.name, context.fetch) }),
  });
  const report: ModelReport = {
    ...base,
    ...probe,
    signal: signalFor(probe.capabilities),
    source: 'probe',
  };
  // What was found out of a slow model is true too; the rest is asked for again.
  const isFound = probe.failure === undefined;
  const validFor = report.isComplete ? identity : `${origin} in part`;
  if (isFound)
    cache.keep(base.spec, {
      identity: validFor,
      ...keptOf(probe),
      probedAt: new Date().toISOString(),
    });
  return report;
}

function keptOf({ capabilities, speed }: Probe): Pick<Probe, 'capabilities' | 'speed'> {
  return { capabilities, ...(speed && { speed }) };
}

// No model takes `n`; the server is asked itself.
function twoAnswers(
  endpoint: string,
  model: string,
  own: typeof globalThis.fetch | undefined,
): NonNullable<ProbeOptions['askForTwo']> {
  const fetch = modelFetch(own ? { fetch: own } : {}, endpoint);
  return async (prompt, signal) => {
    const messages = [{ role: 'user', content: prompt }];
    const response = await fetch(`${endpoint}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages, n: 2, temperature: 1, max_tokens: 24 }),
      signal,
    });
    if (!response.ok) return [];
    const { choices } = (await response.json()) as {
      choices?: { message?: { content?: unknown } }[];
    };
    return (choices ?? []).map(({ message }) => String(message?.content ?? ''));
  };
}

function modelFilesIn({ env, modelFiles = [] }: DiagnoseOptions): string[] {
  const named = [env.LLAMA_CPP_SLM_MODEL, env.LLAMA_CPP_LLM_MODEL].filter(
    file => file !== undefined && file !== '',
  );
  return [...new Set([...(named as string[]), ...modelFiles])];
}

// A file in this process, where no server runs.
function engineLocal({ binary, files }: EngineReport): Record<string, string> {
  const ready = files.find(({ state }) => state === 'ready');
  return binary?.loads && ready ? { local: `llama-cpp:${ready.file}` } : {};
}

function suggested(
  { engine, servers, clouds }: Pick<Diagnosis, 'engine' | 'servers' | 'clouds'>,
  options: DiagnoseOptions,
): Record<string, SuggestedModel> {
  return {
    ...engineLocal(engine),
    ...localOf(servers),
    ...localNamed(options),
    ...cloudOf(clouds, options),
  };
}

function localOf(servers: readonly ServerReport[]): Record<string, SuggestedModel> {
  const here = servers.filter(({ believed }) => believed.place !== 'cloud');
  const best = bestLocal<ModelReport, ServerReport>(here);
  if (!best) return {};
  const { endpoint, source } = best.server;
  if (source === 'default port') return { local: best.model.spec };
  return { local: { spec: best.model.spec, endpoint } };
}

function localNamed({ configured }: DiagnoseOptions): Record<string, SuggestedModel> {
  const { spec, settings } = configured?.local ?? {};
  if (spec === undefined) return {};
  const { endpoint } = settings ?? {};
  return { local: endpoint === undefined ? spec : { spec, endpoint } };
}

function cloudOf(
  clouds: readonly CloudReport[],
  { configured }: DiagnoseOptions,
): Record<string, SuggestedModel> {
  const isReady = ({ missing, fault, spec, probe }: CloudReport) =>
    missing.length === 0 && !fault && spec !== undefined && probe?.isOk !== false;
  const { spec: named, settings } = configured?.cloud ?? {};
  const ready = clouds.find(each => each.spec === named && isReady(each)) ?? clouds.find(isReady);
  if (ready?.spec === undefined) return {};
  const endpoint = ready.spec === named ? settings?.endpoint : undefined;
  return { cloud: endpoint === undefined ? ready.spec : { spec: ready.spec, endpoint } };
}
