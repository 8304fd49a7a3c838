import { currentWatch, requireFree } from './border/watched-requests.ts';
import { boundedResponse } from './bounded-response.ts';
import { TandemError } from './errors.ts';
import { isRedirect, redirectRefused } from './redirect.ts';

/** What a guarded `fetch` holds to. */
export interface FetchGuard {
  /** The configured address: requests go to its host alone. Default: any host. */
  readonly endpoint?: string | undefined;
  /** Most bytes of an answer that is read whole. Default: 16,777,216. */
  readonly mostBytes?: number;
}

/**
 * Makes a `fetch` that refuses redirects, hosts other than the configured one, and answers without
 * end.
 * @throws TandemError `model_failed` of kind `redirected`, or `protocol` while a body is read;
 * `egress_denied` for another host
 * @example
 * ```ts
 * const fetchThere = guardedFetch(fetch, { endpoint: 'https://api.example.com/v1' });
 * ```
 */
export function guardedFetch(
  fetch: typeof globalThis.fetch,
  { endpoint, mostBytes }: FetchGuard = {},
): typeof globalThis.fetch {
  const isHome = endpoint === undefined ? undefined : homeOf(endpoint);
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (isHome?.(url) === false) throw otherHost(url, endpoint ?? '');
    const response = await fetch(input, { ...init, redirect: 'manual' });
    if (!isRedirect(response)) return boundedResponse(response, mostBytes);
    void response.body?.cancel().catch(() => {});
    throw redirectRefused(response, url);
  };
}

/**
 * Makes a guarded `fetch` that also looks at the bytes of what leaves under a watch. @throws
 * TandemError as `guardedFetch` does, and `egress_denied` for text that stays here
 */
export function watchedFetch(
  fetch: typeof globalThis.fetch,
  guard: FetchGuard = {},
): typeof globalThis.fetch {
  const send = guardedFetch(fetch, guard);
  return async (input, init) => {
    const watch = currentWatch.getStore();
    if (watch) await requireFree(watch, { input, body: init?.body, headers: init?.headers });
    return send(input, init);
  };
}

/** Tells for an address whether it is at the host of the configured one. */
export function homeOf(endpoint: string): (url: string) => boolean {
  const { origin } = new URL(endpoint);
  return url =>
    (url.startsWith(origin) && /^([/?#]|$)/.test(url.slice(origin.length, origin.length + 1))) ||
    (URL.canParse(url) && new URL(url).origin === origin);
}

/** Makes the error of a request to a host that nobody configured. */
export function otherHost(url: string, endpoint: string): TandemError {
  const [host, home] = [url, endpoint].map(each =>
    URL.canParse(each) ? new URL(each).host : 'an address that is none',
  );
  const message =
    `A request was about to go to ${host}, which is not the configured host ${home}. Nothing was ` +
    'sent: give the address that is meant as the endpoint.';
  return new TandemError('egress_denied', message, { data: { host, home } });
}
