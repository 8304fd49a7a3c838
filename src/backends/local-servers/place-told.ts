/**
 * Where the models of an Ollama really run: some of those that it lists are only names of models
 * elsewhere, to which it hands every prompt. The server's own word decides, whatever a model is
 * called.
 */
import { jsonOrNothing } from '../../algorithms/text/written/bounded-json.ts';
import type { ToldPlace } from '../../model/leaf/model/model-record.ts';
import { ApiCallError } from '../../model/types.ts';
import { isNetworkFailure, neverConnected } from '../network-failure.ts';
import { gatewayAt, gatewayIn } from './cloud-gateways.ts';

/** A model at a server, which may be an Ollama by either of its protocols. */
export interface ModelAtServer {
  /** Base URL; `/v1` or `/api` at its end is left out. */
  readonly endpoint: string;
  readonly model: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
}

/**
 * Reads from a list's entry, a description or an answer at which host a model runs; `undefined` for
 * here.
 */
export function hostIn(said: unknown): string | undefined {
  const { remote_host: host, remote_model: model } = (said ?? {}) as {
    remote_host?: unknown;
    remote_model?: unknown;
  };
  if (typeof host === 'string' && host !== '')
    return URL.canParse(host) ? new URL(host).host : 'another host';
  return typeof model === 'string' && model !== '' ? 'another host' : undefined;
}

/** How a server is asked for its place. */
export interface PlaceQuestion {
  /** Is told how the server describes the model. */
  readonly tell?: (described: unknown) => void;
  /** Whether the user has said where it is: then a gateway is taken at that word. */
  readonly isStated?: boolean;
}

const patienceMs = 5000;
// What a server says that knows no such path: it is no Ollama, and names nothing elsewhere.
const unheardOf = new Set([404, 405, 422, 501]);

/**
 * Asks a server where it runs a model. Returns `undefined` where nobody listens, or where it has no
 * such model: a call will fail too, and the next one asks again. A known gateway in front of clouds
 * counts as a cloud.
 * @throws ApiCallError, TandemError where the server listens and does not say: no prompt may be
 * sent on that; and what a `fetch` throws that is no failure of the network, as it is
 * @example
 * ```ts
 * const told = await askPlace({ endpoint: 'http://127.0.0.1:11434', model: 'phi4-mini', fetch });
 * ```
 */
export async function askPlace(
  at: ModelAtServer,
  options: PlaceQuestion = {},
): Promise<ToldPlace | undefined> {
  const { tell, isStated = false } = options;
  const response = await show(at);
  if (!response) return undefined;
  const { status } = response;
  const said = await response.text().then(jsonOrNothing, () => undefined);
  if (response.ok) tell?.(said);
  const host = hostIn(said);
  if (host !== undefined) return { place: 'cloud', host };
  const shown = isStated ? undefined : gatewayIn(response.headers);
  if (shown !== undefined) return behind(shown, at);
  if (response.ok) return { place: 'device' };
  if (
    status === 400 ||
    (status === 404 && typeof (said as { error?: unknown } | undefined)?.error === 'string')
  ) {
    return undefined;
  }
  if (unheardOf.has(status)) {
    const gateway = isStated ? undefined : await gatewayAt(at);
    return gateway === undefined ? { place: 'device' } : behind(gateway, at);
  }
  const failed = { statusCode: status, responseHeaders: Object.fromEntries(response.headers) };
  // A server that refuses a key may quote it.
  throw untold(at, `answered HTTP ${status}${status < 500 ? '' : wordsIn(said)}`, failed);
}

// What stands in front of clouds hands prompts on, wherever it listens.
function behind(gateway: string, { endpoint }: ModelAtServer): ToldPlace {
  const { host } = new URL(endpoint);
  const advice = "where its models run on this device, say `place: 'device'`";
  return { place: 'cloud', host: `whatever is behind ${gateway} at ${host} (${advice})` };
}

async function show(at: ModelAtServer): Promise<Response | undefined> {
  try {
    return await at.fetch(`${baseOf(at)}/api/show`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...at.headers },
      body: JSON.stringify({ model: at.model }),
      signal: AbortSignal.timeout(patienceMs),
    });
  } catch (cause) {
    // The call itself will say what is wrong.
    if (neverConnected(cause)) return undefined;
    const isLate = cause instanceof DOMException && cause.name === 'TimeoutError';
    if (!isLate && !isNetworkFailure(cause)) throw cause;
    throw untold(at, 'did not answer', { cause, isRetryable: true });
  }
}

function baseOf({ endpoint }: ModelAtServer): string {
  return endpoint.replace(/\/(v1|api)?\/?$/, '');
}

function wordsIn(said: unknown): string {
  const { error } = (said ?? {}) as { error?: unknown };
  const words =
    typeof error === 'string' ? error : (error as { message?: unknown } | undefined)?.message;
  return typeof words === 'string' ? ` ("${words.slice(0, 120)}")` : '';
}

type PlaceErrorDetails = Omit<
  ConstructorParameters<typeof ApiCallError>[0],
  'message' | 'url' | 'requestBodyValues'
>;

function untold(at: ModelAtServer, what: string, details: PlaceErrorDetails): ApiCallError {
  const url = `${baseOf(at)}/api/show`;
  const message =
    `${baseOf(at)} ${what} when asked whether it runs "${at.model}" itself, so no ` +
    'prompt was sent.';
  return new ApiCallError({ message, url, requestBodyValues: {}, ...details });
}
