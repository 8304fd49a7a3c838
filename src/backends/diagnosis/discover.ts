import { refusingRedirects } from '../../model/redirect.ts';
import { patientFetch } from '../http.ts';
import { foundryServiceEndpoint } from '../local-servers/foundry-local.ts';
import { type FoundModel, inspectByScheme, type Look } from '../local-servers/inspect-server.ts';
import { localServers } from '../local-servers/local-servers.ts';
import { ollamaEndpoint } from '../ollama/ollama.ts';
import type { RoleSpec } from '../roles.ts';
import { isLocalEndpoint } from '../settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a server may be. */
export interface Candidate {
  readonly scheme: string;
  /** Host and port, without a path. */
  readonly origin: string;
  /** Why it is looked for there: a variable's name, `default port`, or `configuration`. */
  readonly source: string;
}

/** A server that was looked for, and what it said. */
export interface FoundServer extends Candidate {
  /** `silent` takes connections and answers nothing in time; `absent` is not there, or is something else. */
  readonly state: 'running' | 'silent' | 'absent';
  readonly version?: string;
  readonly models: readonly FoundModel[];
  /** Those that it lists although they run at another host: none of them is a local model. */
  readonly elsewhere?: readonly { readonly name: string; readonly host: string }[];
}

/** How servers are looked for. */
export interface DiscoverOptions {
  readonly env: Environment;
  /** Milliseconds for all of it. Default: 1,000. */
  readonly limitMs?: number;
  /** Further places, such as those of a configuration. */
  readonly more?: readonly Candidate[];
  /** Replaces the network. */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * Looks for model servers on this machine: where variables say, else at their default ports; and at further places
 * that are given. Nothing but loopback and what was configured is touched.
 */
export async function discoverServers(options: DiscoverOptions): Promise<FoundServer[]> {
  const { env, limitMs = 1000 } = options;
  const found = candidatesOf(options).map(candidate => inspect(candidate, options));
  if (env.FOUNDRY_LOCAL_ENDPOINT) return Promise.all(found);
  // Its command line is slow to answer: half of the time is for that, half for the service.
  const service = await foundryServiceEndpoint(limitMs / 2);
  if (service === undefined) return Promise.all(found);
  const foundry = { scheme: 'foundry-local', origin: originOf(service), source: 'foundry service status' };
  return Promise.all([...found, inspect(foundry, { ...options, limitMs: limitMs / 2 })]);
}

/** Finds a local model that runs now, without any configuration; `undefined` if there is none. */
export async function discoverLocal(options: DiscoverOptions): Promise<RoleSpec | undefined> {
  const servers = (await discoverServers(options)).filter(({ state }) => state === 'running');
  const found = servers.flatMap(server => server.models.map(model => ({ server, model })));
  const best = found.find(({ model }) => model.isLoaded) ?? found[0];
  if (!best) return undefined;
  const { scheme, origin } = best.server;
  return { spec: `${scheme}:${best.model.name}`, settings: { endpoint: endpointOf(scheme, origin) } };
}

/** The endpoint of a scheme at an origin: most want the version in it. */
export function endpointOf(scheme: string, origin: string): string {
  return scheme === 'ollama' || scheme === 'foundry-local' ? origin : `${origin}/v1`;
}

function candidatesOf({ env, more = [] }: DiscoverOptions): Candidate[] {
  const known = [
    { scheme: 'ollama', variable: 'OLLAMA_ENDPOINT', fallback: ollamaEndpoint },
    ...localServers.map(({ name, variables, endpoint }) => ({
      scheme: name,
      variable: `${variables}_ENDPOINT`,
      fallback: endpoint,
    })),
  ];
  const candidates = known.map(({ scheme, variable, fallback }) => {
    const given = env[variable];
    return { scheme, origin: originOf(given || fallback), source: given ? variable : 'default port' };
  });
  const foundry = env.FOUNDRY_LOCAL_ENDPOINT;
  if (foundry) {
    candidates.push({ scheme: 'foundry-local', origin: originOf(foundry), source: 'FOUNDRY_LOCAL_ENDPOINT' });
  }
  const compatible = env.OPENAI_COMPATIBLE_ENDPOINT;
  if (compatible && URL.canParse(compatible) && isLocalEndpoint(compatible)) {
    candidates.push({
      scheme: 'openai-compatible',
      origin: originOf(compatible),
      source: 'OPENAI_COMPATIBLE_ENDPOINT',
    });
  }
  const isKnown = ({ scheme, origin }: Candidate) =>
    candidates.some(other => other.scheme === scheme && other.origin === origin);
  return [...candidates, ...more.filter(candidate => !isKnown(candidate))].filter(({ origin }) => origin !== '');
}

function originOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).origin : '';
}

async function inspect(candidate: Candidate, options: DiscoverOptions): Promise<FoundServer> {
  const { limitMs = 1000 } = options;
  const signal = AbortSignal.timeout(limitMs);
  const fetch = options.fetch ? refusingRedirects(options.fetch) : patientFetch(true, { connectMs: limitMs });
  let isReached = false;
  const look: Look = async (path, body) => {
    const response = await fetch(`${candidate.origin}${path}`, {
      signal,
      ...(body && { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    isReached = true;
    const text = await response.text();
    if (!response.ok) return undefined;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return undefined;
    }
  };
  try {
    const facts = await inspectByScheme[candidate.scheme]?.(look);
    if (!facts) return { ...candidate, state: 'absent', models: [] };
    return { ...candidate, state: 'running', ...facts };
  } catch {
    // Taking a connection and saying nothing is something else than not being there.
    return { ...candidate, state: signal.aborted || isReached ? 'silent' : 'absent', models: [] };
  }
}
