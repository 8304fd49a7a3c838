import type { Dispatcher } from 'undici';
import { isRedirect, redirectRefused } from '../../model/redirect.ts';
import { QuickResponse } from './quick-response.ts';

/**
 * A request that needs nothing of what makes `fetch` slow: a text or nothing to send, plain
 * headers.
 */
export interface QuickRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body: string | null;
  readonly signal: AbortSignal | undefined;
}

/** Reads what `fetch` was given; `undefined` for what only the real one can do. */
export function quickRequest(input: unknown, init: RequestInit = {}): QuickRequest | undefined {
  const { method = 'GET', body = null, headers, signal } = init;
  const url = typeof input === 'string' ? input : input instanceof URL ? input.href : undefined;
  if (url === undefined || (method !== 'GET' && method !== 'POST')) return undefined;
  if ((body !== null && typeof body !== 'string') || Array.isArray(headers)) return undefined;
  const plain =
    headers instanceof Headers
      ? Object.fromEntries(headers)
      : { ...(headers as Record<string, string>) };
  return { url, method, headers: plain, body: body as string | null, signal: signal ?? undefined };
}

/**
 * Sends a request by the dispatcher itself, at a fraction of what `fetch` costs, and fails as
 * `fetch` does.
 * @throws TandemError `model_failed` of kind `redirected` where the server sends elsewhere
 */
export async function quickFetch(
  dispatcher: Dispatcher,
  request: QuickRequest,
): Promise<QuickResponse> {
  request.signal?.throwIfAborted();
  const { method, headers, body } = request;
  const response = await new Promise<QuickResponse>((resolve, reject) => {
    const handler = new QuickResponse(request, { resolve, reject });
    dispatcher.dispatch({ ...targetOf(request.url), method, headers, body }, handler);
  });
  if (response.status < 300 || response.status >= 400 || !isRedirect(response)) return response;
  response.dismiss();
  throw redirectRefused(response, request.url);
}

/** Where a request goes, as undici wants it. */
interface Target {
  readonly origin: string;
  readonly path: string;
}

// A server is asked at a handful of addresses, over and over.
const targets = new Map<string, Target>();
const mostTargets = 64;

function targetOf(url: string): Target {
  const known = targets.get(url);
  if (known) return known;
  const { origin, pathname, search } = new URL(url);
  const target = { origin, path: pathname + search };
  if (targets.size >= mostTargets) targets.clear();
  targets.set(url, target);
  return target;
}
