import { describe, expect, it } from 'vitest';
import { schemes } from '../entries/config.ts';
import { textOf, userCall } from '../model/answer.ts';
import { TandemError } from '../model/errors.ts';
import { direct } from '../model/pattern/direct.ts';
import { ApiCallError, type LanguageModel } from '../model/types.ts';
import { type ServerKind, startServerDouble } from '../testing/wire/wire-servers.ts';
import { azure } from './azure/azure.ts';
import { llamaCpp } from './llama-cpp/llama-cpp.ts';
import { foundryLocal } from './local-servers/foundry-local.ts';
import { ollama } from './ollama/ollama.ts';
import { openaiCompatible } from './openai/openai-compatible.ts';

const kinds: readonly (ServerKind | 'azure-ai' | 'openai-compatible')[] = [
  'ollama',
  'lmstudio',
  'llama-server',
  'vllm',
  'mlx',
  'foundry-local',
  'openai',
  'openai-compatible',
  'azure',
  'azure-ai',
];
const doubleOf = (kind: (typeof kinds)[number]): ServerKind =>
  kind === 'azure-ai' ? 'azure' : kind === 'openai-compatible' ? 'openai' : kind;
const endpointAt = (url: string) => (kind: string) =>
  kind.startsWith('openai') ? `${url}/v1` : url;
const modelOf = (kind: string, settings: object): LanguageModel =>
  schemes
    .find(({ name }) => name === kind)!
    .create('phi-4-mini', { env: {}, apiKey: 'k', ...settings });
const keyless = ['ollama', 'foundry-local'];

describe.each(kinds)('%s: with a `fetch` that is given', kind => {
  const settings = (more: object) => ({
    ...(keyless.includes(kind) && { apiKey: undefined }),
    ...more,
  });
  const made = (endpoint: string, more: object) => {
    const { apiKey: _none, ...rest } = { endpoint, ...settings(more) } as Record<string, unknown>;
    return keyless.includes(kind)
      ? schemes.find(({ name }) => name === kind)!.create('phi-4-mini', { env: {}, ...rest })
      : modelOf(kind, rest);
  };

  it('sends every request by it, what it asks beside the chat included', async () => {
    await using double = await startServerDouble(doubleOf(kind), { key: 'k' });
    const seen: string[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      seen.push(new URL(String(input)).pathname);
      return globalThis.fetch(input, init);
    };
    const model = made(endpointAt(double.url)(kind), { fetch });
    // Long enough that Ollama is asked what the model was trained with.
    await model.doGenerate(userCall('word '.repeat(5000)));
    for await (const _part of (await model.doStream(userCall('hi'))).stream);
    expect(textOf(await direct(model).doGenerate(userCall('hi')))).toBe('hello from the wire');
    expect(seen.length).toBeGreaterThan(2);
    // The double does not count the questions where a model runs, unless it knows the answer.
    const questions = ['/api/show', '/', '/health/liveliness'];
    const counted = (paths: readonly string[]) =>
      paths.filter(path => !questions.includes(path)).sort();
    expect(counted(seen)).toEqual(counted(double.requests.map(({ path }) => path.split('?')[0]!)));
  });

  it.each<[string, Error]>([
    [
      'a mistake in the program',
      new TypeError("Cannot read properties of undefined (reading 'x')"),
    ],
    [
      'an address that is none',
      Object.assign(new TypeError('Failed to parse URL'), { code: 'ERR_INVALID_URL' }),
    ],
    ['a token that cannot be had', new TandemError('missing_setting', 'no token')],
    ['an abort', new DOMException('This operation was aborted', 'AbortError')],
  ])('hands on what it throws, and never says that nobody listens: %s', async (_name, error) => {
    const model = made(endpointAt('http://127.0.0.1:9')(kind), {
      fetch: () => Promise.reject(error),
    });
    await expect(model.doGenerate(userCall('x'))).rejects.toBe(error);
    await expect(model.doStream(userCall('x'))).rejects.toBe(error);
    const asked = Promise.resolve(direct(model).doGenerate(userCall('x')));
    const shown = await asked.catch((thrown: unknown) => String((thrown as Error).message));
    expect(shown).toContain(error.message);
    expect(shown).not.toMatch(/connect|running|whether it runs/i);
  });

  it('says by the SDK’s error that nobody listens', async () => {
    const refused = new TypeError('fetch failed', {
      cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }),
    });
    const model = made(endpointAt('http://127.0.0.1:9')(kind), {
      fetch: () => Promise.reject(refused),
    });
    const error = await Promise.resolve(model.doGenerate(userCall('x'))).catch(
      (thrown: unknown) => thrown,
    );
    expect(ApiCallError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ isRetryable: true, requestBodyValues: {} });
  });

  it('refuses a non-function, and a header that HTTP forbids, not showing its value', async () => {
    const endpoint = endpointAt('http://127.0.0.1:9')(kind);
    expect(() => made(endpoint, { fetch: 'https://proxy' })).toThrow(
      'must be a function, got string',
    );
    const model = made(endpoint, {});
    const wrong = { ...userCall('x'), headers: { 'x-key': 'secret\nline' } };
    const error = await Promise.resolve(model.doGenerate(wrong)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining('"x-key"'),
    });
    expect(String(error)).not.toContain('secret');
  });
});

describe('functions that make models', () => {
  it.each<[string, () => unknown, string]>([
    [
      'openaiCompatible',
      () => openaiCompatible({ model: 'm', baseUrl: 'x' } as never),
      'Did you mean "endpoint"?',
    ],
    ['openaiCompatible', () => openaiCompatible({ modl: 'm' } as never), 'Did you mean "model"?'],
    [
      'openaiCompatible',
      () => openaiCompatible({ model: 'm' } as never),
      'needs a text as `endpoint`',
    ],
    ['openaiCompatible', () => openaiCompatible(undefined as never), 'needs a text as `model`'],
    [
      'openaiCompatible',
      () => openaiCompatible({ model: 'm', endpoint: 'here' }),
      '"here" is no URL',
    ],
    ['azure', () => azure({ deploymentName: 'm' } as never), 'Did you mean "deployment"?'],
    ['azure', () => azure({ deployment: 'm', endpoint: 7 } as never), '`endpoint`; got 7'],
    ['ollama', () => ollama({ model: 'm', baseURL: 'x' } as never), 'Did you mean "endpoint"?'],
    ['foundryLocal', () => foundryLocal({ alias: 'm' } as never), 'has no option "alias"'],
    ['llamaCpp', () => llamaCpp({ file: '' }), 'needs a text as `file`'],
  ])('refuse wrong options with the nearest name: %s', (name, make, message) => {
    expect(make).toThrow(message);
    try {
      make();
    } catch (error) {
      expect(error).toMatchObject({ code: 'invalid_argument' });
      expect(String(error)).toContain(message.includes('URL') ? 'endpoint' : name);
    }
  });
});
