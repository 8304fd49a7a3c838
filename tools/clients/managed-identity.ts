import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, vi } from 'vitest';

/** A request for a token, as a managed identity gets it. */
export interface TokenRequest {
  readonly resource: string | null;
  readonly header: unknown;
}

/**
 * Puts the managed identity of an App Service on loopback around each test; it gives tokens to who
 * knows its header. Returns what it was asked for.
 */
export function managedIdentity(credentials: string): readonly TokenRequest[] {
  const asked: TokenRequest[] = [];
  let identity: Server;
  beforeEach(async () => {
    asked.length = 0;
    identity = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://x');
      asked.push({
        resource: url.searchParams.get('resource'),
        header: request.headers['x-identity-header'],
      });
      response.setHeader('content-type', 'application/json');
      const expires = String(Math.floor(Date.now() / 1000) + 3600);
      response.end(
        JSON.stringify({ access_token: 'entra-token', expires_on: expires, token_type: 'Bearer' }),
      );
    });
    await new Promise<void>(resolve => identity.listen(0, '127.0.0.1', resolve));
    vi.stubEnv(
      'IDENTITY_ENDPOINT',
      `http://127.0.0.1:${(identity.address() as AddressInfo).port}/msi/token`,
    );
    vi.stubEnv('IDENTITY_HEADER', 'known');
    vi.stubEnv('AZURE_TOKEN_CREDENTIALS', credentials);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    identity.close();
  });
  return asked;
}
