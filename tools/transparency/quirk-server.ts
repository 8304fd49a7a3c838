import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startGateway } from '../../apps/gateway/start-gateway.ts';
import { openaiCompatible } from '../../src/entries/backends.ts';
import type { Body } from './differences.ts';
import { callQuirks, type Quirk, refusals, textQuirks } from './quirks.ts';

/** Every way in which a server answers, by name. */
export const allQuirks: Readonly<Record<string, Quirk>> = {
  ...textQuirks,
  ...callQuirks,
  ...refusals,
};

/**
 * Starts a server that has every quirk, each at a path of its own, and a gateway before it: a model
 * for each, and each of the patterns over it alone.
 */
export async function startQuirkServer(
  quirks: Readonly<Record<string, Quirk>> = allQuirks,
  patterns: readonly string[] = [],
) {
  const sent = new Map<string, Body>();
  const server = createServer(async (request, response) => {
    const [, name = ''] = /^\/(\w+)\//.exec(request.url ?? '') ?? [];
    // What kind of server it is, and what it can do, is asked too.
    if (!request.url?.endsWith('/chat/completions')) {
      request.resume();
      response.writeHead(404).end();
      return;
    }
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = JSON.parse(Buffer.concat(pieces).toString()) as Body;
    sent.set(name, body);
    const { status = 200, headers, whole, stream } = quirks[name]!;
    const isStream = body.stream === true && status === 200;
    const answer = body.stream === true ? stream : whole;
    const type = isStream && /^\W*(data|event|id|:)/.test(stream) ? 'event-stream' : 'json';
    const contentType = type === 'json' ? 'application/json' : 'text/event-stream';
    response.writeHead(status, { ...headers, 'content-type': contentType }).end(answer);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const models = Object.fromEntries(
    Object.keys(quirks).map(name => {
      const endpoint = `${url}/${name}/v1`;
      return [name, openaiCompatible({ model: `m-${name}`, endpoint, place: 'device' })] as const;
    }),
  );
  const patience = { retry: { tries: 1 }, breaker: { failures: 1_000_000 } };
  const configured = Object.keys(quirks).flatMap(name =>
    patterns.map(pattern => [`${pattern}-${name}`, { pattern, local: name, cloud: name }]),
  );
  const config = { ...patience, patterns: Object.fromEntries(configured) };
  const gateway = await startGateway(models, config, { logLevel: 'silent' });
  return {
    gateway,
    sent,
    /** The models that have a quirk: by itself, and in patterns. */
    modelsOver: (name: string) => [name, ...patterns.map(pattern => `${pattern}-${name}`)],
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
