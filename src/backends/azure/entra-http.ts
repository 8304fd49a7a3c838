import type { DefaultAzureCredentialOptions } from '@azure/identity';
import { refusingRedirects } from '../../model/redirect.ts';

type HttpClient = NonNullable<DefaultAzureCredentialOptions['httpClient']>;
type HttpHeaders = Awaited<ReturnType<HttpClient['sendRequest']>>['headers'];

/** Lets a credential of `@azure/identity` ask for its tokens by a given `fetch`. */
export function httpClientBy(fetch: typeof globalThis.fetch): HttpClient {
  const send = refusingRedirects(fetch);
  return {
    async sendRequest(request) {
      const { url, method, body, abortSignal } = request;
      const response = await send(url, {
        method,
        headers: request.headers.toJSON(),
        // Tokens are asked for by forms, which are texts.
        ...(typeof body === 'string' && { body }),
        ...(abortSignal && { signal: abortSignal as AbortSignal }),
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
