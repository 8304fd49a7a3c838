import { refusingRedirects } from '../../model/redirect.ts';
import type { Backend, Environment } from '../backend.ts';
import { backendOf, backends } from '../backends.ts';
import { patientFetch } from '../http.ts';
import type { RoleSpec } from '../roles.ts';
import type { FoundModel, Look } from '../server-facts.ts';

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
  /** What the setting `endpoint` of its models is. */
  readonly endpoint: string;
  /**
   * `silent` takes connections and answers nothing in time; `absent` is not there, or is something
   * else.
   */
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
 * Looks for model servers on this machine: where variables say, else at their default ports; and at
 * further places that are given. Nothing but loopback and what was configured is touched.
 */
export async function discoverServers(options: DiscoverOptions): Promise<FoundServer[]> {
  const named = Promise.all((options.more ?? []).map(candidate => inspect(candidate, options)));
  const found = (await Promise.all(backends.map(backend => lookFor(backend, options)))).flat();
  const isKnown = ({ scheme, origin }: FoundServer) =>
    found.some(other => other.scheme === scheme && other.origin === origin);
  return [...found, ...(await named).filter(server => !isKnown(server))];
}

async function lookFor(
  { scheme, discover }: Backend,
  options: DiscoverOptions,
): Promise<FoundServer[]> {
  const { env, limitMs = 1000 } = options;
  const begun = performance.now();
  const places = (await discover?.(env, limitMs)) ?? [];
  const left = limitMs - (performance.now() - begun);
  const candidates = places
    .filter(({ endpoint }) => URL.canParse(endpoint))
    .map(({ endpoint, source }) => ({
      scheme: scheme.name,
      origin: new URL(endpoint).origin,
      source,
    }));
  return Promise.all(
    candidates.map(candidate => inspect(candidate, { ...options, limitMs: Math.ceil(left) })),
  );
}

/** Finds a local model that runs now, without any configuration; `undefined` if there is none. */
export async function discoverLocal(options: DiscoverOptions): Promise<RoleSpec | undefined> {
  const servers = (await discoverServers(options)).filter(({ state }) => state === 'running');
  const found = servers.flatMap(server => server.models.map(model => ({ server, model })));
  const best = found.find(({ model }) => model.isLoaded) ?? found[0];
  if (!best) return undefined;
  const { scheme, endpoint } = best.server;
  return { spec: `${scheme}:${best.model.name}`, settings: { endpoint } };
}

/** The setting `endpoint` of a scheme's models at an origin: most want the version in it. */
function endpointOf(scheme: string, origin: string): string {
  return backendOf(scheme)?.endpointAt?.(origin) ?? `${origin}/v1`;
}

async function inspect(candidate: Candidate, options: DiscoverOptions): Promise<FoundServer> {
  const { limitMs = 1000 } = options;
  const server = { ...candidate, endpoint: endpointOf(candidate.scheme, candidate.origin) };
  const signal = AbortSignal.timeout(limitMs);
  const fetch = options.fetch
    ? refusingRedirects(options.fetch)
    : patientFetch(true, { connectMs: limitMs });
  let isReached = false;
  const look: Look = async (path, body) => {
    const response = await fetch(`${candidate.origin}${path}`, {
      signal,
      ...(body && {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
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
    const facts = await backendOf(candidate.scheme)?.inspect?.(look);
    if (!facts) return { ...server, state: 'absent', models: [] };
    return { ...server, state: 'running', ...facts };
  } catch {
    // Taking a connection and saying nothing is something else than not being there.
    return { ...server, state: signal.aborted || isReached ? 'silent' : 'absent', models: [] };
  }
}
