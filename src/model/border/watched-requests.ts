import { AsyncLocalStorage } from 'node:async_hooks';
import type { Breach, Judge } from './border.ts';
import { mayNotLeave } from './narrow-call.ts';
import { type SaidText, textIn } from './said.ts';

/** A call on its way to a cloud, of which every request is looked at. */
export interface RequestWatch {
  readonly judges: readonly Judge[];
  readonly modelId: string;
  /** Whether any bytes passed here: those of a client that is not ours do not. */
  readonly seen: { bytes: boolean };
}

/** The watch under which code runs; absent where nothing is watched. */
export const currentWatch = new AsyncLocalStorage<RequestWatch>();

/** Does work in which requests are looked at by one more judge. */
export function watchingRequests<Result>(
  judge: Judge,
  modelId: string,
  work: () => Result,
): Result {
  const judges = [...(currentWatch.getStore()?.judges ?? []), judge];
  return currentWatch.run({ judges, modelId, seen: { bytes: false } }, work);
}

/**
 * Looks at the bytes of a request in their last form: address, headers and body. @throws
 * TandemError `egress_denied`
 */
export async function requireFree(
  { judges, modelId, seen }: RequestWatch,
  request: SentRequest,
): Promise<void> {
  seen.bytes = true;
  const { input, body } = request;
  const said: SaidText[] = [
    { at: 'the address of the request', text: textIn(addressOf(input)).text },
    { at: 'the body of the request', text: bodyText(body) },
    ...headerTexts(request.headers).map(text => ({ at: 'a header of the request', text })),
  ];
  const breaches: Breach[] = [];
  for (const judge of judges) breaches.push(...(await judge(said)));
  if (breaches.length > 0) throw mayNotLeave(breaches, modelId);
}

/** What `fetch` is given. */
export interface SentRequest {
  readonly input: string | URL | Request;
  readonly body: unknown;
  readonly headers: ConstructorParameters<typeof Headers>[0] | undefined;
}

function addressOf(input: SentRequest['input']): unknown {
  const url = input instanceof Request ? input.url : String(input);
  return URL.canParse(url) ? new URL(url) : url;
}

function bodyText(body: unknown): string {
  if (typeof body === 'string') return textIn(parsed(body)).text;
  if (body instanceof FormData) return textIn([...body].map(([, value]) => value)).text;
  return body instanceof Uint8Array || body instanceof URLSearchParams
    ? textIn(body instanceof Uint8Array ? body : body.toString()).text
    : '';
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function headerTexts(headers: SentRequest['headers']): string[] {
  return headers === undefined ? [] : [...new Headers(headers)].map(([, value]) => value);
}
