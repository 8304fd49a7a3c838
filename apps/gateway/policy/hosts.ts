import { isIP } from 'node:net';
import { type GatewaySettings, isLoopback } from '../settings.ts';
import { forbidden, Problem } from '../wire/problem.ts';

type Policy = Pick<GatewaySettings, 'host' | 'allowHosts' | 'allowOrigins'>;

/**
 * Refuses requests that were sent to another name than this server's: a web page that lets its own
 * name point here would otherwise be let in. @throws Problem 421
 */
export function checkHost(headers: Headers, { host, allowHosts }: Policy): void {
  const given = headers.get('host');
  if (given === null) throw misdirected('no name');
  const name = nameIn(given);
  if (isLoopback(name) || name === host.toLowerCase() || allowHosts.includes(name)) return;
  // Addresses cannot be rebound; a server that listens on all of them cannot know which are its
  // own.
  if ((host === '0.0.0.0' || host === '::') && isIP(name.replace(/^\[|\]$/g, '')) !== 0) return;
  throw misdirected(`"${name.slice(0, 100)}"`);
}

/**
 * Refuses web pages that are not allowed; returns the headers that let an allowed one read the
 * answer. @throws Problem 403
 */
export function corsHeaders(headers: Headers, { allowOrigins }: Policy): Record<string, string> {
  const origin = headers.get('origin');
  if (origin === null) return {};
  if (!allowOrigins.includes(origin)) {
    throw forbidden(
      'Web pages of this origin may not call this server. Add it to `allowOrigins`.',
      'origin_not_allowed',
    );
  }
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers':
      'retry-after, x-request-id, x-tandem-run-id, x-tandem-answered-by, x-tandem-place',
    vary: 'origin',
  };
}

/** What a browser is told before it sends a request. */
export const preflightHeaders: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, POST, DELETE',
  'access-control-allow-headers':
    'authorization, content-type, x-tandem-mode, x-tandem-budget-usd, x-tandem-explain',
  'access-control-max-age': '600',
};

function nameIn(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '');
}

function misdirected(what: string): Problem {
  return new Problem(
    { status: 421, type: 'invalid_request_error', code: 'wrong_host' },
    `The request was sent to ${what}, which is not this server. Add the name to \`allowHosts\` ` +
      'if it is.',
  );
}
