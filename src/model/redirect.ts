import { TandemError } from './errors.ts';

/** What of a response tells a redirect: that of `fetch` has all of it. */
export interface Redirectable {
  readonly status: number;
  readonly type?: string;
  readonly redirected?: boolean;
  readonly headers: { get(name: string): string | null };
}

/** Tells whether a server sends elsewhere, or already did by a `fetch` that follows. */
export function isRedirect({ status, type, redirected, headers }: Redirectable): boolean {
  if (redirected || type === 'opaqueredirect') return true;
  return status >= 300 && status < 400 && headers.get('location') !== null;
}

/**
 * Makes the error of a server that sends elsewhere: wherever that is, nobody decided that a prompt
 * or a key may go there. It names hosts alone, as the rest of an address may hold credentials.
 */
export function redirectRefused(response: Redirectable, url: string): TandemError {
  const host = hostOf(url) ?? 'an address that is none';
  const target =
    hostOf(response.headers.get('location') ?? '', url) ?? 'an address that it does not tell';
  return new TandemError(
    'model_failed',
    `The server at ${host} answered with a redirect to ${target}. Redirects are not followed, so ` +
      'that nothing goes to ' +
      'a host that nobody named: give the final address as the endpoint.',
    { data: { failure: 'redirected', host, target } },
  );
}

function hostOf(address: string, base?: string): string | undefined {
  if (address === '' || !URL.canParse(address, base)) return undefined;
  const { host, protocol } = new URL(address, base);
  return host === '' ? `an address of ${protocol}` : host;
}
