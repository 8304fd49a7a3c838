import type { Dispatcher } from 'undici';
import { boundedResponse } from '../model/bounded-response.ts';
import { guardedFetch } from '../model/guarded-fetch.ts';
import { quickFetch, quickRequest } from './fast/quick-fetch.ts';
import type { QuickResponse } from './fast/quick-response.ts';

/** How long a server may take to let us in, and to answer. */
export interface Patience {
  /**
   * Milliseconds for the connection. Default: 2,000 on this machine and its network, else 10,000.
   */
  readonly connectMs?: number;
  /** Milliseconds until an answer that is not streamed begins. Default: 600,000. */
  readonly answerMs?: number;
}

type Fetch = typeof globalThis.fetch;
type DispatcherFacts = Required<Patience> & { readonly isLocal: boolean };

const dispatchers = new Map<string, Promise<Dispatcher | undefined>>();

/**
 * Makes a `fetch` with time-outs of ours: Node's own ends every answer that takes longer than five
 * minutes, as a long prompt on a slow machine does, and waits ten seconds for a server that is not
 * there. Proxies of the environment (`HTTPS_PROXY`, `NO_PROXY`) hold for servers outside. A
 * redirect is refused unless the request says itself that it is to be followed, which none with a
 * prompt or a key does. Where undici's dispatcher is not there (Bun, some bundles), the platform's
 * `fetch` sends it, with `answerMs` alone. An answer without end fails; one that is followed is a
 * file, whose length is its own.
 */
export function patientFetch(isLocal: boolean, patience: Patience = {}): Fetch {
  const { connectMs = isLocal ? 2000 : 10_000, answerMs = 600_000 } = patience;
  let made: { readonly dispatcher: Dispatcher | undefined } | undefined;
  return async (input, init) => {
    made ??= { dispatcher: await dispatcherFor({ isLocal, connectMs, answerMs }) };
    const { dispatcher } = made;
    const follows = init?.redirect === 'follow';
    const quick = follows || !dispatcher ? undefined : quickRequest(input, init);
    if (dispatcher && quick) {
      const response = await quickFetch(dispatcher, quick);
      return (response.isCoded ? await decoded(response) : response) as Response;
    }
    const send = dispatcher ? fetchBy(dispatcher) : inTime(answerMs);
    return (follows ? send : guardedFetch(send))(input, init);
  };
}

// What compresses is loaded where a server does so unasked.
async function decoded(response: QuickResponse): Promise<Response> {
  const { decodedResponse } = await import('./fast/decoded-response.ts');
  return boundedResponse(decodedResponse(response) as Response);
}

function fetchBy(dispatcher: Dispatcher): Fetch {
  return async (input, init) => {
    const { fetch } = await import('undici');
    return (await fetch(input as string, {
      ...(init as object),
      dispatcher,
    })) as unknown as Response;
  };
}

/** The platform's `fetch`, given up when an answer has not begun in time. */
function inTime(answerMs: number): Fetch {
  return async (input, init) => {
    const late = new AbortController();
    const cause = Object.assign(new Error('no answer began in time'), {
      code: 'UND_ERR_HEADERS_TIMEOUT',
    });
    const timer = setTimeout(() => late.abort(new TypeError('fetch failed', { cause })), answerMs);
    const signal = init?.signal ? AbortSignal.any([init.signal, late.signal]) : late.signal;
    // Bun ends an answer of more than five minutes otherwise; others do not know the option.
    const bun = { timeout: false };
    try {
      return await globalThis.fetch(input, { ...init, ...bun, signal });
    } finally {
      clearTimeout(timer);
    }
  };
}

async function dispatcherFor(facts: DispatcherFacts): Promise<Dispatcher | undefined> {
  const key = JSON.stringify(facts);
  const known = dispatchers.get(key);
  if (known) return known;
  const made = makeDispatcher(facts);
  dispatchers.set(key, made);
  return made;
}

// Bun has its own undici, whose agents send nothing; a bundle may not find the modules of Node that
// undici requires.
async function makeDispatcher({
  isLocal,
  connectMs,
  answerMs,
}: DispatcherFacts): Promise<Dispatcher | undefined> {
  const undici = await import('undici').catch(() => undefined);
  if (!undici) return undefined;
  const { Agent, EnvHttpProxyAgent } = undici;
  const options = { connect: { timeout: connectMs }, headersTimeout: answerMs, bodyTimeout: 0 };
  const agent = isLocal ? new Agent(options) : new EnvHttpProxyAgent(options);
  return typeof agent.dispatch === 'function' ? agent : undefined;
}
