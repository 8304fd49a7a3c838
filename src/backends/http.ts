import type { Dispatcher } from 'undici';
import { refusingRedirects } from '../model/redirect.ts';
import { quickFetch, quickRequest } from './fast/quick-fetch.ts';

/** How long a server may take to let us in, and to answer. */
export interface Patience {
  /** Milliseconds for the connection. Default: 2,000 on this machine and its network, else 10,000. */
  readonly connectMs?: number;
  /** Milliseconds until an answer that is not streamed begins. Default: 600,000. */
  readonly answerMs?: number;
}

const dispatchers = new Map<string, Promise<Dispatcher>>();

/**
 * Makes a `fetch` with time-outs of ours: Node's own ends every answer that takes longer than five minutes, as a long
 * prompt on a slow machine does, and waits ten seconds for a server that is not there. Proxies of the environment
 * (`HTTPS_PROXY`, `NO_PROXY`) hold for servers outside. A redirect is refused unless the request says itself that it
 * is to be followed, which none with a prompt or a key does.
 */
export function patientFetch(isLocal: boolean, patience: Patience = {}): typeof globalThis.fetch {
  const { connectMs = isLocal ? 2000 : 10_000, answerMs = 600_000 } = patience;
  let made: Dispatcher | undefined;
  return async (input, init) => {
    made ??= await dispatcherFor({ isLocal, connectMs, answerMs });
    const dispatcher = made;
    const follows = init?.redirect === 'follow';
    const quick = follows ? undefined : quickRequest(input, init);
    if (quick) return (await quickFetch(dispatcher, quick)) as unknown as Response;
    const { fetch: undiciFetch } = await import('undici');
    const send = ((to: string, how: object) => undiciFetch(to, { ...how, dispatcher })) as unknown as typeof fetch;
    return (follows ? send : refusingRedirects(send))(input, init);
  };
}

async function dispatcherFor(facts: Required<Patience> & { isLocal: boolean }): Promise<Dispatcher> {
  const key = JSON.stringify(facts);
  const known = dispatchers.get(key);
  if (known) return known;
  const made = import('undici').then(({ Agent, EnvHttpProxyAgent }) => {
    const options = { connect: { timeout: facts.connectMs }, headersTimeout: facts.answerMs, bodyTimeout: 0 };
    return facts.isLocal ? new Agent(options) : new EnvHttpProxyAgent(options);
  });
  dispatchers.set(key, made);
  return made;
}
