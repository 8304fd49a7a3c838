import { TandemError } from '../model/errors.ts';
import { ApiCallError } from '../model/types.ts';

/**
 * What Node, Bun, Deno, browsers and packages such as node-fetch say where a server cannot be
 * reached or goes away.
 */
const words = new RegExp(
  '^(fetch failed|terminated|failed to fetch|load failed|network ?error' +
    '|error sending request|unable to connect|the socket connection was closed' +
    '|(client )?error (reading|decoding) .*body|error trying to connect' +
    '|connection (closed|refused|reset)|request to .+ failed)',
  'i',
);
/**
 * What networks and TLS say in the `code` of an error; codes of wrong arguments are none of these.
 */
const codes = new RegExp(
  '^(E(CONN|HOST|NET|ADDR|PIPE|TIMEDOUT|NOTFOUND|AI_|PROTO)|UND_ERR_(CONNECT' +
    '|HEADERS|BODY|SOCKET|CLOSED|DESTROYED|RES|INFO|REQ)|ERR_(TLS|SSL)_|CERT_|DEPTH_' +
    '|SELF_SIGNED|UNABLE_TO_|Connection|FailedToOpenSocket)',
);
const wrongArguments = /^(ERR_INVALID_|UND_ERR_(INVALID|NOT_SUPPORTED)|ERR_HTTP_INVALID)/;

/**
 * Tells a failure of the network from everything else that a `fetch` throws: an abort, a wrong
 * address or header, a mistake in the program, a token that cannot be had. Those say themselves
 * what is wrong.
 */
export function isNetworkFailure(error: unknown): error is Error {
  if (!(error instanceof Error) || TandemError.isInstance(error) || ApiCallError.isInstance(error))
    return false;
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return false;
  const found = codesIn(error);
  if (found.some(code => wrongArguments.test(code))) return false;
  return found.some(code => codes.test(code)) || words.test(error.message);
}

const nobody = new RegExp(
  '^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH' +
    '|UND_ERR_CONNECT_TIMEOUT|CERT_|ERR_TLS_|ERR_SSL_|EPROTO|DEPTH_ZERO_' +
    '|SELF_SIGNED_|UNABLE_TO_|ConnectionRefused|FailedToOpenSocket)',
);

/**
 * Tells whether a request never reached a server: nobody listens there, or the connection cannot be
 * trusted.
 */
export function neverConnected(error: unknown): boolean {
  return isNetworkFailure(error) && codesIn(error).some(code => nobody.test(code));
}

/** What the network itself said: the last cause of a failure that has words. */
export function saidByNetwork(error: Error): string {
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}

function codesIn(error: Error): string[] {
  const found: string[] = [];
  for (
    let at: unknown = error, depth = 0;
    at instanceof Error && depth < 6;
    at = at.cause, depth++
  ) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string') found.push(code);
  }
  return found;
}
