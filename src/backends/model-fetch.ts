import { currentWatch, requireFree } from '../model/border/watched-requests.ts';
import { guardedFetch, homeOf, otherHost } from '../model/guarded-fetch.ts';
import { whileOwned } from '../model/run/scope.ts';
import { type Patience, patientFetch } from './http.ts';
import { isLocalEndpoint } from './settings.ts';

/** What a model's requests are sent by. */
export interface Sending extends Patience {
  /**
   * Sends every request of the model in place of the platform's `fetch`, as a proxy, a log or a
   * test wants it.
   */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * The `fetch` that a model was given, or one with time-outs of ours; neither follows a redirect or
 * reads an answer without end, and neither sends anything to another host than the configured one,
 * for a run that another process has taken over meanwhile, nor bytes with text of a document that
 * stays here.
 */
export function modelFetch(sending: Sending, endpoint: string): typeof globalThis.fetch {
  const send = sending.fetch
    ? guardedFetch(sending.fetch)
    : patientFetch(isLocalEndpoint(endpoint), sending);
  const isHome = homeOf(endpoint);
  return (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!isHome(url)) return Promise.reject(otherHost(url, endpoint));
    const watch = currentWatch.getStore();
    if (watch) requireFree(watch, { input, body: init?.body, headers: init?.headers });
    return whileOwned(() => send(input, init));
  };
}
