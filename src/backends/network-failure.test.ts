import { describe, expect, it } from 'vitest';
import { TandemError } from '../model/errors.ts';
import { isNetworkFailure, neverConnected } from './network-failure.ts';

const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });

describe('a failure of the network', () => {
  it.each<[string, unknown]>([
    ['Node', new TypeError('fetch failed', { cause: coded('ECONNREFUSED') })],
    [
      'Node, in the middle of a response',
      new TypeError('terminated', { cause: coded('UND_ERR_SOCKET') }),
    ],
    [
      'Bun',
      coded('ConnectionRefused', 'Unable to connect. Is the computer able to access the url?'),
    ],
    [
      'Deno',
      new TypeError('error sending request for url (http://127.0.0.1:1/): client error (Connect)'),
    ],
    ['a browser', new TypeError('Failed to fetch')],
    [
      'node-fetch',
      coded('ENOTFOUND', 'request to http://x failed, reason: getaddrinfo ENOTFOUND x'),
    ],
    ['a certificate', new TypeError('fetch failed', { cause: coded('SELF_SIGNED_CERT_IN_CHAIN') })],
  ])('is told as such: %s', (_name, error) => {
    expect(isNetworkFailure(error)).toBe(true);
  });

  it('is one of a server that was never reached, or of one that went away', () => {
    const away = (code: string) => new TypeError('fetch failed', { cause: coded(code) });
    expect(
      ['ECONNREFUSED', 'ENOTFOUND', 'CERT_HAS_EXPIRED'].map(code => neverConnected(away(code))),
    ).toEqual(Array(3).fill(true));
    expect(neverConnected(coded('ConnectionRefused', 'Unable to connect.'))).toBe(true);
    expect(['ECONNRESET', 'UND_ERR_SOCKET'].some(code => neverConnected(away(code)))).toBe(false);
  });

  it.each<[string, unknown]>([
    ['an abort', new DOMException('This operation was aborted', 'AbortError')],
    [
      'a time-out of the caller',
      AbortSignal.timeout(0).reason ?? new DOMException('x', 'TimeoutError'),
    ],
    [
      'an address that is none',
      Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL' }),
    ],
    ['an address inside', new TypeError('fetch failed', { cause: coded('ERR_INVALID_URL') })],
    ['a wrong header', new TypeError('fetch failed', { cause: coded('UND_ERR_INVALID_ARG') })],
    [
      'a mistake in the program',
      new TypeError("Cannot read properties of undefined (reading 'x')"),
    ],
    ['an error of ours', new TandemError('missing_setting', 'fetch failed')],
    ['a text', 'fetch failed'],
  ])('is not: %s', (_name, error) => {
    expect(isNetworkFailure(error)).toBe(false);
  });
});
