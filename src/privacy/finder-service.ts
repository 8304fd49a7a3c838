import type * as z from 'zod';
import { parseJson } from '../algorithms/text/written/bounded-json.ts';
import { TandemError } from '../model/errors.ts';
import { guardedFetch, watchedFetch } from '../model/guarded-fetch.ts';
import { placeOfHost } from '../model/leaf/model/host-place.ts';
import { currentScope } from '../model/run/scope.ts';

/** Where a service that finds personal data is. */
export interface ServiceAddress {
  /** Its URL. The service sees the text unmasked: run it inside your own walls. */
  readonly endpoint: string;
  /**
   * Where it runs, if its address is a public one and yet your own. Default: what the address says;
   * one in a cloud is refused.
   */
  readonly place?: 'device' | 'network';
  /** Sent with each request, such as a key. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A service as it is asked. */
export interface FinderService {
  readonly url: URL;
  /** Sends a body and reads the answer. @throws TandemError `egress_denied` if that fails */
  ask<Schema extends z.ZodType>(
    body: object,
    answer: Schema,
    signal: AbortSignal | undefined,
  ): Promise<z.output<Schema>>;
}

// What thousands of findings come to as JSON.
const mostBytes = 8_388_608;
const refusals: ReadonlySet<string> = new Set(['egress_denied', 'place_not_allowed']);

/**
 * Makes a service of its address. Bytes for another machine are looked at like those of any model.
 * @throws TandemError `invalid_argument` for an address that is none, or one in a cloud
 */
export function finderService(url: URL, { place, headers }: ServiceAddress): FinderService {
  const where = place ?? placeOfHost(url.href);
  if (where === 'cloud') {
    const message =
      `The detector at ${url.host} has a public address, and would see what is to be masked. ` +
      "Run it on this device or in your network, or give `place: 'network'` if it does.";
    throw new TandemError('invalid_argument', message);
  }
  const send = async (body: object, signal: AbortSignal | undefined): Promise<unknown> => {
    if (where === 'network') requireAllowed(url);
    const guarded = where === 'device' ? guardedFetch : watchedFetch;
    const response = await guarded(fetch, { endpoint: url.href, mostBytes })(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
    if (!response.ok) throw failed(url, `it answered ${response.status}`);
    return parseJson(await response.text());
  };
  return {
    url,
    async ask(body, schema, signal) {
      const answer = await send(body, signal).catch((error: unknown) => {
        const isOurs = TandemError.isInstance(error) && refusals.has(error.code);
        throw isOurs || signal?.aborted ? error : failed(url, (error as Error).message, error);
      });
      const read = schema.safeParse(answer);
      if (!read.success) throw failed(url, 'its answer is not a list of findings');
      return read.data;
    },
  };
}

/** Reads the address of a service. @throws TandemError `invalid_argument` */
export function addressOf(endpoint: string, path = ''): URL {
  try {
    if (path === '') return new URL(endpoint);
    return new URL(path, endpoint.endsWith('/') ? endpoint : `${endpoint}/`);
  } catch (cause) {
    const message =
      `\`endpoint\` is "${endpoint}", which is no URL. Give one such as ` +
      'http://127.0.0.1:5002.';
    throw new TandemError('invalid_argument', message, { cause });
  }
}

/** Turns places that count code points into places in a string: they part at the first emoji. */
export function offsetsOf(text: string): (codePoints: number) => number {
  if (!/[\uD800-\uDBFF]/.test(text)) return codePoints => codePoints;
  const units = [0];
  for (const character of text) units.push(units.at(-1)! + character.length);
  return codePoints => units[Math.min(codePoints, units.length - 1)]!;
}

function requireAllowed(url: URL): void {
  const scope = currentScope.getStore();
  if (scope?.mode !== 'local-only' && scope?.label !== 'local-only') return;
  if (scope.run.networkHosts?.includes(url.hostname)) return;
  const message =
    `The detector at ${url.hostname} is in the network, and this is for this device alone. ` +
    `Allow the host: privacy: { networkHosts: ['${url.hostname}'] }`;
  throw new TandemError('place_not_allowed', message, { data: { host: url.hostname } });
}

function failed(url: URL, why: string, cause?: unknown): TandemError {
  return new TandemError(
    'egress_denied',
    `The detector at ${url.origin} failed: ${why.replace(/\.$/, '')}. Nothing leaves until it ` +
      'works; fix it, or use another.',
    { cause },
  );
}
