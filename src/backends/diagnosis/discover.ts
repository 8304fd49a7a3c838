import { connect } from 'node:net';
import { availableParallelism, loadavg } from 'node:os';
import { jsonOrNothing } from '../../algorithms/text/written/bounded-json.ts';
import { guardedFetch } from '../../model/guarded-fetch.ts';
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
   * `silent` took a connection and answered nothing in time; `absent` is not there, or is something
   * else. What a running server did not say in time is unknown.
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
  /**
   * Milliseconds in which a server must answer, which are spent where one is slow alone; the list
   * of one that has answered may take 10,000 more. Default: 2,750, and for one that took the
   * connection as many times as long as programs share a processor now, 6 at most.
   */
  readonly limitMs?: number;
  /** Further places, such as those of a configuration. */
  readonly more?: readonly Candidate[];
  /** Replaces the network. */
  readonly fetch?: typeof globalThis.fetch;
  /** Is told of every server as soon as it is known. */
  readonly onFound?: (server: FoundServer) => void;
}

const patienceMs = 2750;
const listMs = 10_000;

/**
 * Looks for model servers on this machine: where variables say, else at their default ports; and at
 * further places that are given. Nothing but loopback and what was configured is touched.
 * @example
 * ```ts
 * for (const server of await discoverServers({ env: process.env })) console.log(server);
 * ```
 */
export async function discoverServers(given: DiscoverOptions): Promise<FoundServer[]> {
  const options = { ...given, ...patienceFor(given) };
  const known = new Set<string>();
  const isNew = ({ scheme, origin }: Candidate) => {
    const key = `${scheme} ${origin}`;
    return !known.has(key) && known.add(key) !== undefined;
  };
  const found = Promise.all(
    backends.map(async backend => {
      const { candidates, limitMs } = await placesOf(backend, options);
      return lookAt(candidates.filter(isNew), { ...options, limitMs });
    }),
  );
  // The places of backends are known by then.
  await new Promise(setImmediate);
  const named = lookAt((options.more ?? []).filter(isNew), options);
  const servers = [...(await found).flat(), ...(await named)];
  const isOther = ({ origin, state }: FoundServer) =>
    state === 'silent' &&
    servers.some(other => other.origin === origin && other.state === 'running');
  // What answers as one server was only no server of another kind.
  return servers.filter(server => !isOther(server));
}

interface LookPatience {
  /** How many programs share a processor. */
  readonly crowd: number;
  /** Aborted where the time is over and another server runs. */
  readonly enough: AbortSignal;
  onFound(server: FoundServer): void;
}

type PatientOptions = DiscoverOptions & LookPatience;

// One that took the connection is waited for on a busy machine as long as no other server runs.
function patienceFor({ limitMs, onFound }: DiscoverOptions): LookPatience {
  const enough = new AbortController();
  const end = after(limitMs ?? patienceMs);
  let isAnyRunning = false;
  const stop = () => isAnyRunning && end.aborted && enough.abort(end.reason);
  end.addEventListener('abort', stop, { once: true });
  return {
    crowd: limitMs === undefined ? crowding() : 1,
    enough: enough.signal,
    onFound(server) {
      isAnyRunning ||= server.state === 'running';
      stop();
      onFound?.(server);
    },
  };
}

async function lookAt(
  candidates: readonly Candidate[],
  options: PatientOptions,
): Promise<FoundServer[]> {
  return Promise.all(
    candidates.map(async candidate => {
      const server = await inspect(candidate, options);
      options.onFound(server);
      return server;
    }),
  );
}

async function placesOf({ scheme, discover }: Backend, options: DiscoverOptions) {
  const { env, limitMs = patienceMs } = options;
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
  return { candidates, limitMs: Math.max(1, Math.ceil(left)) };
}

/**
 * Finds a local model that runs now, without any configuration; `undefined` if there is none.
 * @example
 * ```ts
 * const found = await discoverLocal({ env: process.env });
 * if (found) console.log(found.spec);
 * ```
 */
export async function discoverLocal(options: DiscoverOptions): Promise<RoleSpec | undefined> {
  const best = bestLocal(await discoverServers(options));
  if (!best) return undefined;
  const { scheme, endpoint } = best.server;
  return { spec: `${scheme}:${best.model.name}`, settings: { endpoint } };
}

/**
 * Chooses the local model to suggest: the first that is loaded, else the first, in the order of
 * backends and of their lists. Models that only make embeddings are left out.
 */
export function bestLocal<
  Model extends Pick<FoundModel, 'name' | 'isLoaded' | 'isEmbedder'>,
  Server extends { readonly state: FoundServer['state']; readonly models: readonly Model[] },
>(servers: readonly Server[]): { server: Server; model: Server['models'][number] } | undefined {
  const found = servers
    .filter(({ state }) => state === 'running')
    .flatMap(server => server.models.map(model => ({ server, model })))
    .filter(({ model }) => !model.isEmbedder && !embedderName.test(model.name));
  return found.find(({ model }) => model.isLoaded) ?? found[0];
}

// Models of embeddings and of ranks, as they are called.
const embedderName = new RegExp(
  '(^|[^a-z])(bge|e5|gte|uae|splade|colbert|clip|labse)([^a-z]|$)' +
    '|embed|minilm|mpnet|rerank|sentence-t|paraphrase',
  'i',
);

/** The setting `endpoint` of a scheme's models at an origin: most want the version in it. */
function endpointOf(scheme: string, origin: string): string {
  return backendOf(scheme)?.endpointAt?.(origin) ?? `${origin}/v1`;
}

async function inspect(candidate: Candidate, options: PatientOptions): Promise<FoundServer> {
  const { limitMs = patienceMs, crowd, enough } = options;
  const server = { ...candidate, endpoint: endpointOf(candidate.scheme, candidate.origin) };
  const absent = { ...server, state: 'absent' as const, models: [] };
  // A time-out alone does not show that anybody listens.
  const signal = after(limitMs);
  const isThere = options.fetch ?? (await takesConnections(candidate.origin, signal));
  if (!isThere) return absent;
  const late = AbortSignal.any([after(limitMs * crowd), enough]);
  const { look, hasAnswered } = lookerAt(candidate.origin, { ...options, limitMs, signal: late });
  try {
    const facts = await backendOf(candidate.scheme)?.inspect?.(look);
    return facts ? { ...server, state: 'running', ...facts } : absent;
  } catch {
    return late.aborted && !hasAnswered() ? { ...absent, state: 'silent' } : absent;
  }
}

const mostPatience = 6;

// Systems that tell no load are taken to be quiet.
function crowding(): number {
  const [lastMinute = 0] = loadavg();
  return Math.min(mostPatience, Math.max(1, lastMinute / availableParallelism()));
}

const graceMs = 40;

/**
 * Is aborted after so much time. On a busy machine this process may have its turn again only when
 * the time is over: an answer that has come meanwhile is then read before it counts as late.
 */
function after(limitMs: number): AbortSignal {
  const controller = new AbortController();
  const late = new DOMException('no answer in time', 'TimeoutError');
  const end = () => void setTimeout(() => controller.abort(late), graceMs).unref();
  setTimeout(end, Math.max(0, limitMs - graceMs)).unref();
  return controller.signal;
}

function takesConnections(origin: string, signal: AbortSignal): Promise<boolean> {
  const { hostname, port, protocol } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connect({ host, port: Number(port || (protocol === 'https:' ? 443 : 80)) });
  return new Promise(resolve => {
    const end = (isTaken: boolean) => () => {
      signal.removeEventListener('abort', late);
      socket.destroy();
      resolve(isTaken);
    };
    const late = end(false);
    socket.once('connect', end(true)).once('error', late);
    signal.addEventListener('abort', late, { once: true });
  });
}

interface LookerFacts {
  readonly limitMs: number;
  readonly signal: AbortSignal;
  readonly fetch?: typeof globalThis.fetch;
}

function lookerAt(origin: string, { limitMs, signal, fetch: given }: LookerFacts) {
  const fetch = given
    ? guardedFetch(given, { endpoint: origin })
    : patientFetch(true, { connectMs: limitMs });
  const forDetails = after(limitMs / 2);
  let hasAnswered = false;
  const ask = async (path: string, body: object | undefined, until: AbortSignal) => {
    const response = await fetch(`${origin}${path}`, {
      signal: until,
      ...(body && {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    const text = await response.text();
    hasAnswered = true;
    return response.ok ? jsonOrNothing(text) : undefined;
  };
  const look: Look = async (path, body, weight) => {
    if (!hasAnswered) return ask(path, body, signal);
    if (weight === 'detail') return ask(path, body, forDetails).catch(() => undefined);
    // It runs, on a busy machine: what it has is worth a longer wait than whether it is there.
    const asked = ask(path, body, after(limitMs + listMs));
    return weight === 'proof' ? asked : asked.catch(() => undefined);
  };
  return { look, hasAnswered: () => hasAnswered };
}
