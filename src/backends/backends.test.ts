import { generateText, Output, streamText, tool } from 'ai';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { textOf, userCall } from '../model/answer.ts';
import { TandemError } from '../model/errors.ts';
import { logprobsOf, withLogprobs } from '../model/leaf/logprobs.ts';
import { placeOf } from '../model/leaf/model/place.ts';
import { isUnreachable } from '../model/leaf/retry.ts';
import { direct } from '../model/pattern/direct.ts';
import { run } from '../model/run/scope-life.ts';
import type { LanguageModel } from '../model/types.ts';
import { collectStream } from '../testing/double.ts';
import { startWireDouble, type WireDouble, type WireStep } from '../testing/wire/wire-double.ts';
import { ollama } from './ollama/ollama.ts';
import { ollamaBackend } from './ollama/ollama-backend.ts';
import { openaiCompatibleBackend } from './openai/openai-backends.ts';
import { openaiCompatible } from './openai/openai-compatible.ts';

const backends: Readonly<Record<string, (double: WireDouble) => LanguageModel>> = {
  ollama: ({ url }) => ollama({ model: 'phi4-mini', endpoint: url }),
  'openai-compatible': ({ url }) =>
    openaiCompatible({ model: 'phi4-mini', endpoint: `${url}/v1`, apiKey: 'secret-key-123456' }),
};

const patient = { retry: { tries: 3, baseMs: 1 } };
const failureOf = async (
  model: LanguageModel,
  retry: object = patient.retry,
): Promise<TandemError> => {
  const error = await run({ retry, idleMs: 300 }, async () =>
    direct(model).doGenerate(userCall('x')),
  ).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(TandemError.isInstance(error)).toBe(true);
  return error as TandemError;
};

describe.each(Object.entries(backends))('%s over the wire', (_name, make) => {
  const over = async <T>(
    steps: readonly WireStep[],
    use: (model: LanguageModel, double: WireDouble) => Promise<T>,
  ) => {
    await using double = await startWireDouble(steps);
    return await use(make(double), double);
  };

  it('answers, counts tokens, and runs on this device', () =>
    over([{}], async (model, { requests }) => {
      const { text, usage } = await generateText({
        model,
        prompt: 'hi',
        temperature: 0.3,
        seed: 4,
      });
      expect(text).toBe('hello from the wire');
      expect([usage.inputTokens, usage.outputTokens]).toEqual([7, 4]);
      expect(JSON.stringify(requests[0]!.body)).toContain('"temperature":0.3');
      expect(placeOf(model)).toBe('device');
    }));

  it('streams, with usage at the end', () =>
    over([{}], async model => {
      const result = streamText({ model, prompt: 'hi' });
      const parts: string[] = [];
      for await (const part of result.textStream) parts.push(part);
      expect(parts.length).toBeGreaterThan(2);
      expect(parts.join('')).toBe('hello from the wire');
      expect((await result.usage).outputTokens).toBe(4);
    }));

  it('gives log-probabilities when asked, plain and streamed, and none otherwise', () =>
    over([{}], async (model, { requests }) => {
      const call = withLogprobs(userCall('hi'));
      expect(logprobsOf(await model.doGenerate(call))).toHaveLength(4);
      expect(logprobsOf(await collectStream((await model.doStream(call)).stream))).toHaveLength(4);
      expect(logprobsOf(await model.doGenerate(userCall('hi')))).toBeUndefined();
      expect(requests[2]!.text).not.toContain('logprobs');
      expect(requests[0]!.text).not.toContain('"leaf"');
    }));

  it('TRAP 9: says nothing where the server accepted the request and sent none', () =>
    over([{ withoutLogprobs: true }], async model => {
      expect(logprobsOf(await model.doGenerate(withLogprobs(userCall('hi'))))).toBeUndefined();
    }));

  it('runs a tool loop', () =>
    over(
      [{ tool: { name: 'weather', input: { city: 'Oslo' } } }, { text: 'It rains.' }],
      async (model, { requests }) => {
        const { text } = await generateText({
          model,
          prompt: 'Weather?',
          tools: {
            weather: tool({
              inputSchema: z.object({ city: z.string() }),
              execute: async ({ city }) => `rain in ${city}`,
            }),
          },
          stopWhen: ({ steps }) => steps.length === 2,
        });
        expect(text).toBe('It rains.');
        expect(requests[1]!.text).toContain('rain in Oslo');
      },
    ));

  it('streams a tool call', () =>
    over([{ tool: { name: 'weather', input: { city: 'Oslo' } } }], async model => {
      const tools = [
        { type: 'function' as const, name: 'weather', inputSchema: { type: 'object' as const } },
      ];
      const answer = await collectStream((await model.doStream(userCall('x', { tools }))).stream);
      expect(answer.content).toMatchObject([
        { type: 'tool-call', toolName: 'weather', input: '{"city":"Oslo"}' },
      ]);
      expect(answer.finishReason.unified).toBe('tool-calls');
    }));

  it('returns objects by schema', () =>
    over([{ text: '{"city":"Oslo"}' }], async (model, { requests }) => {
      const { output } = await generateText({
        model,
        prompt: 'x',
        output: Output.object({ schema: z.object({ city: z.string() }) }),
      });
      expect(output).toEqual({ city: 'Oslo' });
      expect(requests[0]!.text).toContain('"city":{"type":"string"}');
    }));

  it.each([401, 403, 404])('does not ask again after HTTP %i', status =>
    over([{ status }], async (model, { requests }) => {
      const error = await failureOf(model);
      expect(error).toMatchObject({ code: 'model_failed', data: { status } });
      expect(error.message).not.toContain('secret-key');
      expect(requests).toHaveLength(1);
    }),
  );

  it.each([429, 500, 503])('asks again after HTTP %i, and answers when it is over', status =>
    over([{ status }, { status }, {}], async (model, { requests }) => {
      const answer = await run(patient, async () => direct(model).doGenerate(userCall('x')));
      expect(textOf(answer)).toBe('hello from the wire');
      expect(requests).toHaveLength(3);
    }),
  );

  it('waits as long as Retry-After asks, and gives up at once if that is too long', async () => {
    const timed = async (after: string) => {
      const begun = performance.now();
      await over([{ status: 429, headers: { 'retry-after': after } }, {}], model =>
        run(patient, async () => direct(model).doGenerate(userCall('x'))).catch(() => {}),
      );
      return performance.now() - begun;
    };
    expect(await timed('0.2')).toBeGreaterThan(190);
    expect(await timed('3600')).toBeLessThan(150);
  });

  it('fails once and clearly on garbage, on nothing, and on a body that is cut', async () => {
    for (const raw of ['<html>busy</html>', '', '{"choices": [']) {
      const error = await over([{ raw }], model => failureOf(model));
      expect(error.code).toBe('model_failed');
    }
    expect((await over([{ text: '' }], model => failureOf(model))).code).toBe('bad_answer');
  });

  it('errors when a stream is cut in the middle or goes silent, and never hangs', async () => {
    for (const cut of ['close', 'idle'] as const) {
      const error = await over([{ cut }], model =>
        run({ retry: { tries: 1 }, idleMs: 80 }, async () =>
          collectStream((await direct(model).doStream(userCall('x'))).stream),
        ).then(
          () => undefined,
          (thrown: unknown) => thrown,
        ),
      );
      expect(TandemError.isInstance(error)).toBe(true);
    }
  });

  it('TRAP 11: an abort reaches the server', () =>
    over([{ delayMs: 5_000 }], async (model, double) => {
      const controller = new AbortController();
      const asking = Promise.resolve(
        direct(model).doGenerate(userCall('x', { abortSignal: controller.signal })),
      ).catch(() => {});
      await expect.poll(() => double.requests.length).toBe(1);
      controller.abort();
      await asking;
      await expect.poll(double.aborted).toBe(1);
    }));

  it('says what to do when nobody listens', async () => {
    const double = await startWireDouble();
    const model = make(double);
    await double.close();
    const error = await failureOf(model);
    expect(isUnreachable(error)).toBe(true);
    expect(error.message).toMatch(/running/);
  });
});

describe('ollama', () => {
  it('TRAP 10: asks for a context that holds the prompt, and warns if less was read', async () => {
    await using double = await startWireDouble([{ promptTokens: 100 }]);
    const model = ollama({ model: 'm', endpoint: double.url });
    const { warnings } = await model.doGenerate(userCall('word '.repeat(8000)));
    const chat = double.requests.find(({ path }) => path === '/api/chat')!;
    expect((chat.body.options as { num_ctx: number }).num_ctx).toBe(16_384);
    expect(chat.body).toMatchObject({ truncate: false, shift: false });
    expect(warnings).toMatchObject([
      { type: 'other', message: expect.stringContaining('probably cut') },
    ]);
  });

  it('says how to get a model that is not there', async () => {
    await using double = await startWireDouble([{ status: 404 }]);
    const error = await failureOf(ollama({ model: 'phi9', endpoint: double.url }));
    expect(error.message).toContain('ollama pull phi9');
  });
});

describe('specs', () => {
  const create = (rest: string, settings: object) => () =>
    openaiCompatibleBackend.scheme.create(rest, { env: {}, ...settings });

  it('are refused with what to do', () => {
    expect(create('m', {})).toThrow('Set OPENAI_COMPATIBLE_ENDPOINT');
    expect(create('', { endpoint: 'http://127.0.0.1:1/v1' })).toThrow('names no model');
    expect(create('m', { endpoint: 'localhost:1' })).toThrow('is no URL');
    expect(create('m', { endpont: 'http://127.0.0.1:1' })).toThrow('Did you mean "endpoint"?');
    expect(() => ollamaBackend.scheme.create('m', { contextToken: 1 })).toThrow(
      'Did you mean "contextTokens"?',
    );
  });

  it('take a public host for a cloud, a private one for the network, loopback for here', () => {
    const place = (endpoint: string) =>
      placeOf(openaiCompatibleBackend.scheme.create('m', { env: {}, endpoint }));
    expect(place('https://api.example.com/v1')).toBe('cloud');
    expect(place('http://192.168.1.20:8080/v1')).toBe('network');
    expect(place('http://host.docker.internal:8080/v1')).toBe('network');
    expect(place('http://[::1]:8080/v1')).toBe('device');
    expect(place('http://10.evil.example.com/v1')).toBe('cloud');
  });
});
