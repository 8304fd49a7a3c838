import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { azure } from '../../src/backends/azure/azure.ts';
import { userCall } from '../../src/model/answer.ts';
import { startWireDouble } from '../../src/testing/wire/wire-double.ts';

let identity: Server;
const asked: { resource: string | null; header: unknown }[] = [];

beforeEach(async () => {
  asked.length = 0;
  // The managed identity of an App Service: it gives tokens on loopback to who knows its header.
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
  vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'ManagedIdentityCredential');
});
afterEach(() => {
  vi.unstubAllEnvs();
  identity.close();
});

describe('azure with Entra ID', () => {
  it('asks the real DefaultAzureCredential for a token of the right scope, once', async () => {
    await using double = await startWireDouble();
    const model = azure({
      deployment: 'gpt-4.1',
      endpoint: double.url,
      scope: 'https://ai.azure.com/.default',
    });
    await model.doGenerate(userCall('x'));
    await model.doGenerate(userCall('x'));
    expect(double.requests.map(({ headers }) => headers.authorization)).toEqual(
      Array(2).fill('Bearer entra-token'),
    );
    expect(double.requests[0]!.headers['api-key']).toBeUndefined();
    expect(asked).toEqual([{ resource: 'https://ai.azure.com', header: 'known' }]);
  });
});
