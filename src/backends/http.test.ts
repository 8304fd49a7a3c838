import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { failureOf } from '../model/leaf/failure.ts';
import { patientFetch } from './http.ts';

// As Bun has it: agents that send nothing.
vi.mock('undici', () => ({
  Agent: class {},
  EnvHttpProxyAgent: class {},
  fetch: () => expect.unreachable(),
}));

const server = createServer((request, response) => {
  if (request.url === '/late') return;
  if (request.url === '/away') response.writeHead(307, { location: 'http://127.0.0.1:9/' });
  response.end('here');
});
let url = '';
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a patient fetch where undici’s dispatcher is not there', () => {
  it('sends by the platform’s fetch', async () => {
    const response = await patientFetch(true)(`${url}/`, { method: 'POST', body: '{}' });
    expect(await response.text()).toBe('here');
  });

  it('refuses redirects all the same', async () => {
    await expect(patientFetch(true)(`${url}/away`)).rejects.toMatchObject({
      data: { failure: 'redirected' },
    });
  });

  it('gives up when an answer does not begin in time, or when the caller does', async () => {
    const late = await patientFetch(true, { answerMs: 30 })(`${url}/late`).catch(
      (error: unknown) => error,
    );
    expect(failureOf(late)).toBe('timeout');
    const reason = new Error('enough');
    const asking = patientFetch(true)(`${url}/late`, { signal: AbortSignal.abort(reason) });
    await expect(asking).rejects.toBe(reason);
  });
});
