import { signal } from '@preact/signals';
import { go } from './route.ts';

/** What the gateway refused, in its own words. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
  }
}

const storedAs = 'tandem-key';

/** The key of the page; empty where none is known. */
export const key = signal(sessionStorage.getItem(storedAs) ?? '');
/** When the gateway answered last, in milliseconds; NaN before it has. */
export const answeredMs = signal(Number.NaN);
/** Whether it does not answer now. */
export const isSilent = signal(false);

/** Keeps a key for this tab, until it is closed. */
export function rememberKey(given: string): void {
  sessionStorage.setItem(storedAs, given);
  key.value = given;
}

/** Forgets the key. */
export function forgetKey(): void {
  sessionStorage.removeItem(storedAs);
  key.value = '';
}

/**
 * Takes the key, or the code that is worth it once, out of the address that opened the page: it
 * stands in no history after that.
 */
export async function enter(): Promise<string | undefined> {
  const found = /^#(key|code)=([\w-]+)$/.exec(location.hash);
  if (!found) return undefined;
  const [, kind, value = ''] = found;
  go('#/runs', true);
  if (kind === 'key') {
    rememberKey(value);
    return undefined;
  }
  try {
    const session = await post<{ readonly key: string }>('/studio/session', { code: value });
    rememberKey(session.key);
    return undefined;
  } catch (error) {
    return key.value === '' ? (error as Error).message : undefined;
  }
}

/** Reads from the gateway. @throws Refusal, or TypeError where it does not answer */
export function get<Answer>(path: string, abort?: AbortSignal): Promise<Answer> {
  return ask<Answer>(path, abort ? { signal: abort } : {});
}

/** Sends JSON to the gateway. @throws Refusal, or TypeError where it does not answer */
export function post<Answer>(path: string, body: unknown, abort?: AbortSignal): Promise<Answer> {
  return ask<Answer>(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
    ...(abort && { signal: abort }),
  });
}

/** Asks the gateway for a response that is read by whoever asks. @throws Refusal */
export async function open(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (key.value !== '') headers.set('authorization', `Bearer ${key.value}`);
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: 'omit', headers });
  } catch (error) {
    if ((error as Error).name !== 'AbortError') isSilent.value = true;
    throw error;
  }
  isSilent.value = false;
  answeredMs.value = Date.now();
  if (response.ok) return response;
  throw await refusalOf(response);
}

async function ask<Answer>(path: string, init: RequestInit): Promise<Answer> {
  return (await (await open(path, init)).json()) as Answer;
}

async function refusalOf(response: Response): Promise<Refusal> {
  try {
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    if (response.status === 401) forgetKey();
    return new Refusal(response.status, error.code, error.message);
  } catch {
    return new Refusal(response.status, 'unreadable', `The gateway answered ${response.status}.`);
  }
}
