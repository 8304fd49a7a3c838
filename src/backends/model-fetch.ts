import { currentWatch, requireFree } from '../model/border/watched-requests.ts';
import { refusingRedirects } from '../model/redirect.ts';
import { whileOwned } from '../model/run/scope.ts';
import { type Patience, patientFetch } from './http.ts';

/** What a model's requests are sent by. */
export interface Sending extends Patience {
  /**
   * Sends every request of the model in place of the platform's `fetch`, as a proxy, a log or a
   * test wants it.
   */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * The `fetch` that a model was given, or one with time-outs of ours; neither follows a redirect,
 * and neither sends anything for a run that another process has taken over meanwhile, nor bytes
 * with text of a document that stays here.
 */
export function modelFetch(sending: Sending, isLocal: boolean): typeof globalThis.fetch {
  const send = sending.fetch ? refusingRedirects(sending.fetch) : patientFetch(isLocal, sending);
  return (input, init) => {
    const watch = currentWatch.getStore();
    if (watch) requireFree(watch, { input, body: init?.body, headers: init?.headers });
    return whileOwned(() => send(input, init));
  };
}
