import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { streamText } from 'ai';
import { afterEach, expect, it, vi } from 'vitest';
import { openaiCompatible } from '../entries/backends.ts';
import { schemes } from '../entries/config.ts';
import { presidioFinder } from '../entries/runs.ts';
import { direct, model, run, TandemError } from '../index.ts';
import { userCall } from '../model/answer.ts';
import { withLogprobs } from '../model/leaf/logprobs.ts';
import type { Call, LanguageModel } from '../model/types.ts';
import { azure } from './azure/azure.ts';
import { discoverServers } from './diagnosis/discover.ts';
import { patientFetch } from './http.ts';
import { inspectVllm } from './local-servers/inspect-servers.ts';
import { runningContextAt } from './local-servers/running-context.ts';

afterEach(() => vi.unstubAllEnvs());

interface Listening extends AsyncDisposable {
  readonly port: number;
  readonly asked: string[];
}

async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Listening> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume();
    answer(request, response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
}

/** A server that sends everything to another one, which counts what arrives. */
async function redirecting(
  status = 307,
  location = (port: number, path: string) => `http://localhost:${port}${path}`,
) {
  const target = await listen((_request, response) => response.end('{}'));
  const server = await listen(({ url = '/' }, response) => {
    response
      .writeHead(status, { location: location(target.port, `${url}?token=abc`) })
      .end('elsewhere');
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    server,
    target,
    async [Symbol.asyncDispose]() {
      await Promise.all([server[Symbol.asyncDispose](), target[Symbol.asyncDispose]()]);
    },
  };
}

const errorOf = async (work: () => PromiseLike<unknown>): Promise<TandemError> => {
  const thrown: unknown = await work().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(TandemError.isInstance(thrown), String(thrown)).toBe(true);
  return thrown as TandemError;
};
const whole = (asked: LanguageModel, call: Call) =>
  run({ retry: { tries: 3, baseMs: 1 } }, async () => direct(asked).doGenerate(call));
const streamed = (asked: LanguageModel, call: Call) =>
  run({ retry: { tries: 3, baseMs: 1 } }, async () => {
    const { stream } = await direct(asked).doStream(call);
    for await (const part of stream) if (part.type === 'error') throw part.error;
  });

const offline = ['llama-cpp', 'extractive', 'tiny', 'none'];
const overHttp = schemes.map(({ name }) => name).filter(name => !offline.includes(name));
const tools: Call['tools'] = [
  { type: 'function', name: 'f', inputSchema: { type: 'object', properties: {} } },
];
const picture: Call['prompt'] = [
  {
    role: 'user',
    content: [
      {
        type: 'file',
        mediaType: 'image/png',
        data: { type: 'data', data: new Uint8Array([1, 2]) },
      },
    ],
  },
];
const calls: Readonly<Record<string, Call>> = {
  plain: userCall('SECRET'),
  'with log-probabilities': withLogprobs(userCall('SECRET')),
  'with tools': { ...userCall('SECRET'), tools },
  'with a picture': { prompt: picture },
};

it.each(overHttp)(
  '%s: a redirect is refused with its host alone, and nothing goes there',
  async name => {
    await using there = await redirecting();
    const endpoint = name === 'ollama' || name === 'foundry-local' ? there.url : `${there.url}/v1`;
    const made = model(`${name}:m`, {
      endpoint,
      ...(name === 'foundry-local' || name === 'ollama' ? {} : { apiKey: 'k' }),
    });
    for (const call of Object.values(calls)) {
      for (const ask of [whole, streamed]) {
        const error = await errorOf(() => ask(made, call));
        expect(error).toMatchObject({ code: 'model_failed', data: { failure: 'redirected' } });
        expect(error.message).toContain(
          `redirect to localhost:${there.target.port}. Redirects are not followed`,
        );
        expect(error.message).toContain('give the final address as the endpoint');
        expect(JSON.stringify([error.message, error.data])).not.toMatch(/pw|token|SECRET/);
      }
    }
    expect(there.target.asked).toEqual([]);
    expect(there.server.asked.length).toBeGreaterThan(0);
  },
);

it.each([300, 301, 302, 303, 305, 307, 308])('refuses HTTP %i with a location', async status => {
  await using there = await redirecting(status);
  const made = openaiCompatible({ model: 'm', endpoint: there.url });
  for (const ask of [whole, streamed]) {
    expect((await errorOf(() => ask(made, calls.plain!))).data).toMatchObject({
      failure: 'redirected',
    });
  }
  expect(there.target.asked).toEqual([]);
  expect(there.server.asked).toHaveLength(2);
});

it.each([
  ['a path of the same server', () => '/elsewhere', /redirect to 127\.0\.0\.1:\d+\./],
  ['what is no address', () => 'http://[', /an address that it does not tell/],
  [
    'an address with credentials',
    (port: number) => `http://u:pw@localhost:${port}/`,
    /redirect to localhost:\d+\. /,
  ],
  ['a file', () => 'file:///etc/passwd', /an address of file:/],
])('refuses a redirect to %s', async (_name, location, said) => {
  await using there = await redirecting(308, location);
  const error = await errorOf(() =>
    whole(openaiCompatible({ model: 'm', endpoint: there.url }), calls.plain!),
  );
  expect(error.message).toMatch(said);
  expect(error.message).not.toContain('pw');
  expect(there.server.asked).toHaveLength(1);
});

it('takes an answer of 3xx that names no other address for what it is: none', async () => {
  await using server = await listen((_request, response) => response.writeHead(304).end());
  const made = openaiCompatible({ model: 'm', endpoint: `http://127.0.0.1:${server.port}` });
  expect((await errorOf(() => whole(made, calls.plain!))).data).toMatchObject({
    failure: 'protocol',
  });
});

it('holds for a `fetch` of the user’s, which would follow', async () => {
  await using there = await redirecting();
  const made = openaiCompatible({
    model: 'm',
    endpoint: there.url,
    fetch: (input, init) => fetch(input, init),
  });
  for (const ask of [whole, streamed]) {
    expect((await errorOf(() => ask(made, calls.plain!))).data).toMatchObject({
      failure: 'redirected',
    });
  }
  expect(there.target.asked).toEqual([]);
});

it('holds through the AI SDK alone', async () => {
  await using there = await redirecting();
  const errors: unknown[] = [];
  const result = streamText({
    model: model('vllm:m', { endpoint: `${there.url}/v1` }),
    prompt: 'SECRET',
    onError: ({ error }) => void errors.push(error),
  });
  await result.consumeStream();
  expect(String(errors[0])).toContain('Redirects are not followed');
  expect(there.target.asked).toEqual([]);
});

it('holds with Entra ID: neither the token nor what fetches it goes elsewhere', async () => {
  await using there = await redirecting();
  const credential = {
    getToken: async () => ({ token: 'entra', expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  const made = azure({ deployment: 'd', endpoint: there.url, credential });
  expect((await errorOf(() => whole(made, calls.plain!))).data).toMatchObject({
    failure: 'redirected',
  });
  vi.stubEnv('IDENTITY_ENDPOINT', `${there.url}/msi/token`);
  vi.stubEnv('IDENTITY_HEADER', 'known');
  vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'ManagedIdentityCredential');
  await errorOf(() => whole(azure({ deployment: 'd', endpoint: there.url }), calls.plain!));
  expect(there.target.asked).toEqual([]);
});

it('holds for what looks for servers, asks for a context and finds personal data', async () => {
  await using there = await redirecting();
  const env = {
    OLLAMA_ENDPOINT: there.url,
    VLLM_ENDPOINT: there.url,
    FOUNDRY_LOCAL_ENDPOINT: there.url,
  };
  const found = await discoverServers({ env: { ...env, OPENAI_COMPATIBLE_ENDPOINT: there.url } });
  expect(found.filter(({ origin, state }) => origin === there.url && state === 'running')).toEqual(
    [],
  );
  await discoverServers({ env, fetch: (input, init) => fetch(input, init) });
  expect(
    await runningContextAt({
      inspect: inspectVllm,
      endpoint: there.url,
      model: 'm',
      fetch: patientFetch(true),
    }),
  ).toBe(undefined);
  const error = await errorOf(async () => presidioFinder({ endpoint: there.url })('Anna'));
  expect(error).toMatchObject({ code: 'egress_denied' });
  expect(error.message).toContain(`redirect to localhost:${there.target.port}`);
  expect(there.target.asked).toEqual([]);
});
