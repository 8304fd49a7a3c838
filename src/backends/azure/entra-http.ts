import { guardedFetch } from '../../model/guarded-fetch.ts';

interface HttpHeaders extends Iterable<[name: string, value: string]> {
  get(name: string): string | undefined;
  has(name: string): boolean;
  set(name: string, value: string | number | boolean): void;
  delete(name: string): void;
  toJSON(): Record<string, string>;
}

interface TokenRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: HttpHeaders;
  readonly body?: unknown;
  readonly abortSignal?: unknown;
}

interface TokenResponse {
  readonly request: TokenRequest;
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly bodyAsText: string;
}

/** What sends the requests of a credential, as far as it is used. */
export interface TokenHttpClient {
  sendRequest(request: TokenRequest): Promise<TokenResponse>;
}

/** Lets a credential of `@azure/identity` ask for its tokens by a given `fetch`. */
export function httpClientBy(fetch: typeof globalThis.fetch): TokenHttpClient {
  const send = guardedFetch(fetch);
  return {
    async sendRequest(request) {
      const { url, method, body, abortSignal } = request;
      const response = await send(url, {
        method,
        headers: request.headers.toJSON(),
        // Tokens are asked for by forms, which are texts.
        ...(typeof body === 'string' && { body }),
        ...(abortSignal !== undefined && { signal: abortSignal as AbortSignal }),
      });
      return {
        request,
        status: response.status,
        headers: headersOf(response),
        bodyAsText: await response.text(),
      };
    },
  };
}

function headersOf({ headers }: Response): HttpHeaders {
  const all = new Headers(headers);
  return {
    get: name => all.get(name) ?? undefined,
    has: name => all.has(name),
    set: (name, value) => all.set(name, String(value)),
    delete: name => all.delete(name),
    toJSON: () => Object.fromEntries(all),
    [Symbol.iterator]: () => all.entries(),
  };
}
