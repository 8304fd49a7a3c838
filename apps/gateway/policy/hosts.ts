import { isIP } from 'node:net';
import { type GatewaySettings, isLoopback } from '../settings.ts';
import { forbidden, Problem } from '../wire/problem.ts';
import { controlHeaders } from './slips.ts';

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
 * answer. A page of this very server needs none. @throws Problem 403
 */
export function corsHeaders(headers: Headers, { allowOrigins }: Policy): Record<string, string> {
  const origin = headers.get('origin');
  if (origin === null) return requireOwnPage(headers);
  if (isOwn(origin, headers)) return {};
  if (!allowOrigins.includes(origin)) {
    throw forbidden(
      'Web pages of this origin may not call this server. Add it to `allowOrigins`.',
      'origin_not_allowed',
    );
  }
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': exposed, vary };
}

/** What the browser of an allowed page is told before it sends a request. */
export function preflightHeaders(headers: Headers): Record<string, string> {
  const asked = headers.get('access-control-request-headers') ?? '';
  const isNetwork = headers.get('access-control-request-private-network') === 'true';
  return {
    'access-control-allow-methods': 'GET, POST, DELETE',
    // Clients send headers of their own, of any name: the page is trusted, so they are too.
    'access-control-allow-headers': /^[\w!#$%&'*+.^`|~, -]{1,2000}$/.test(asked) ? asked : allowed,
    'access-control-max-age': '600',
    ...(isNetwork && { 'access-control-allow-private-network': 'true' }),
    vary: 'origin, access-control-request-headers',
  };
}

const vary = 'origin';
const allowed = ['authorization', 'content-type', ...controlHeaders].join(', ');
const exposed = [
  'retry-after',
  'retry-after-ms',
  'x-request-id',
  'x-should-retry',
  ...['run-id', 'answered-by', 'place', 'reason', 'cost-usd', 'confidence', 'saved-usd'].map(
    name => `x-tandem-${name}`,
  ),
].join(', ');

// A page elsewhere may send some requests without naming itself, and read nothing of the answer;
// what they do is done all the same. Links to pages of this server may be followed.
function requireOwnPage(headers: Headers): Record<string, string> {
  const site = headers.get('sec-fetch-site');
  if (site === null || site === 'same-origin' || site === 'none') return {};
  if (headers.get('sec-fetch-mode') === 'navigate') return {};
  throw forbidden(
    'The request came from a page of another origin. Add its origin to `allowOrigins`.',
    'origin_not_allowed',
  );
}

// The name was checked before: a page that came from it is this server's.
function isOwn(origin: string, headers: Headers): boolean {
  const host = headers.get('host')?.toLowerCase();
  return origin === `http://${host}` || origin === `https://${host}`;
}

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
