import { describe, expect, it } from 'vitest';
import { schemes } from '../../entries/config.ts';
import { userCall } from '../../model/answer.ts';
import { withLogprobs } from '../../model/leaf/logprobs.ts';
import type { Call, LanguageModel, ProviderOptions } from '../../model/types.ts';
import { openaiCompatible } from './openai-compatible.ts';

const whole = {
  choices: [{ message: { role: 'assistant', content: 'Oslo' }, finish_reason: 'stop' }],
  tandem: { x: 1 },
};
const chunks = [
  { choices: [{ delta: { content: 'Oslo' }, finish_reason: 'stop' }], tandem: { x: 1 } },
];

function recorded(make: (fetch: typeof globalThis.fetch) => LanguageModel) {
  const bodies: Record<string, unknown>[] = [];
  const model = make(async (_url, init) => {
    const body = JSON.parse(String(init?.body)) as Record<string, unknown>;
    bodies.push(body);
    if (!body.stream) return Response.json({ ...whole, message: { content: 'Oslo' }, done: true });
    return new Response(chunks.map(chunk => `data: ${JSON.stringify(chunk)}\n\n`).join(''));
  });
  return { model, bodies };
}

const ofScheme = (name: string) =>
  recorded(fetch =>
    schemes
      .find(scheme => scheme.name === name)!
      .create('m', {
        env: {},
        fetch,
        endpoint: 'http://127.0.0.1:9/v1',
        ...(name !== 'ollama' && { apiKey: 'k' }),
      }),
  );
const asking = (providerOptions: ProviderOptions): Call => userCall('x', { providerOptions });

describe('options for a provider', () => {
  it.each([
    ['openai', 'openai'],
    ['openai', 'openaiCompatible'],
    ['azure', 'azure'],
    ['azure', 'openai'],
    ['azure-ai', 'azure'],
    ['azure-ai', 'azureAi'],
    ['openai-compatible', 'openai'],
    ['openai-compatible', 'openaiCompatible'],
    ['llama-server', 'llamaServer'],
    ['llama-server', 'llama-server'],
    ['vllm', 'vllm'],
    ['vllm', 'openaiCompatible'],
    ['lmstudio', 'lmstudio'],
    ['mlx', 'mlx'],
  ])('%s hands on what is said to %s, by its name on the wire', async (scheme, key) => {
    const { model, bodies } = ofScheme(scheme);
    const options = {
      serviceTier: 'flex',
      reasoningEffort: 'low',
      user: 'u',
      own_field: { deep: 1 },
    };
    const { warnings } = await model.doGenerate(asking({ [key]: options }));
    expect(bodies[0]).toMatchObject({
      service_tier: 'flex',
      reasoning_effort: 'low',
      user: 'u',
      own_field: { deep: 1 },
    });
    expect(warnings).toEqual([]);
  });

  it.each([
    ['vllm', 'none', { chat_template_kwargs: { enable_thinking: false } }],
    ['llama-server', 'none', { chat_template_kwargs: { enable_thinking: false } }],
    ['mlx', 'none', { chat_template_kwargs: { enable_thinking: false } }],
    ['vllm', 'high', { chat_template_kwargs: { enable_thinking: true }, reasoning_effort: 'high' }],
    ['lmstudio', 'none', { reasoning_effort: 'none' }],
  ] as const)('tell %s to think: %s', async (scheme, reasoning, expected) => {
    const { model, bodies } = ofScheme(scheme);
    await model.doGenerate({ ...asking({}), reasoning });
    const { chat_template_kwargs, reasoning_effort } = bodies[0]!;
    expect({ chat_template_kwargs, reasoning_effort }).toEqual({
      chat_template_kwargs: undefined,
      reasoning_effort: undefined,
      ...expected,
    });
  });

  it('reach Ollama by its own name, options of the model included', async () => {
    const { model, bodies } = ofScheme('ollama');
    const call = {
      ...asking({ ollama: { think: false, keep_alive: '5m', options: { mirostat: 1 } } }),
      seed: 4,
    };
    await model.doGenerate(call);
    expect(bodies.find(({ messages }) => messages)).toMatchObject({
      model: 'm',
      think: false,
      keep_alive: '5m',
      options: { mirostat: 1, seed: 4 },
    });
  });

  it.each([
    ['vllm', 'openai'],
    ['lmstudio', 'azure'],
    ['openai', 'azure'],
    ['ollama', 'openai'],
    ['ollama', 'openaiCompatible'],
  ])('%s warns of what is said to %s, which it does not hand on', async (scheme, key) => {
    const { model, bodies } = ofScheme(scheme);
    const { warnings } = await model.doGenerate(
      asking({ [key]: { user: 'u' }, anthropic: { thinking: {} } }),
    );
    expect(bodies[0]).not.toHaveProperty('user');
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: `providerOptions.${key}` }]);
  });

  it('for a client alone are warned of, as are messages’ notes of another interface', async () => {
    const { model, bodies } = ofScheme('openai');
    const noted = {
      type: 'text' as const,
      text: 'x',
      providerOptions: { openai: { itemId: 'msg_1' } },
    };
    const { warnings } = await model.doGenerate({
      prompt: [
        { role: 'assistant', content: [noted] },
        { role: 'user', content: [noted, noted] },
      ],
      providerOptions: { openai: { forceReasoning: true, logprobs: 3, strictJsonSchema: false } },
    });
    expect(warnings.map(warning => 'feature' in warning && warning.feature)).toEqual([
      'providerOptions: forceReasoning',
      'providerOptions.openai of messages: itemId',
    ]);
    expect(bodies[0]).toMatchObject({ logprobs: true, top_logprobs: 3 });
    expect(JSON.stringify(bodies)).not.toMatch(/itemId|forceReasoning|strictJsonSchema/);
  });

  it('are warned of where LM Studio is asked another way, for log-probabilities', async () => {
    const fetch = async () =>
      Response.json({ output: [{ type: 'message', content: [{ type: 'text', text: 'x' }] }] });
    const model = schemes.find(({ name }) => name === 'lmstudio')!.create('m', { env: {}, fetch });
    const { warnings } = await model.doGenerate(
      withLogprobs(asking({ lmstudio: { ttl: 60 }, azure: { user: 'u' } })),
    );
    expect(warnings.map(warning => 'feature' in warning && warning.feature)).toEqual([
      'providerOptions.azure',
      'providerOptions',
    ]);
  });

  it('say how closely a picture is looked at', async () => {
    const { model, bodies } = ofScheme('openai');
    const image = { type: 'data' as const, data: 'AAEC' };
    const providerOptions = { openai: { imageDetail: 'low' } };
    await model.doGenerate({
      prompt: [
        {
          role: 'user',
          content: [{ type: 'file', mediaType: 'image/png', data: image, providerOptions }],
        },
      ],
    });
    const picture = {
      type: 'image_url',
      image_url: { url: 'data:image/png;base64,AAEC', detail: 'low' },
    };
    expect(bodies[0]).toMatchObject({ messages: [{ content: [picture] }] });
  });
});

describe('what a server tells beside its answer', () => {
  it('is read by an extractor in the shape of the SDK’s, whole and streamed', async () => {
    const read = (body: unknown) => (body as { tandem?: { x: number } } | undefined)?.tandem;
    const told = (found: { x: number } | undefined) => found && { own: found };
    const { model } = recorded(fetch =>
      openaiCompatible({
        model: 'm',
        endpoint: 'http://127.0.0.1:9/v1',
        fetch,
        metadataExtractor: {
          extractMetadata: async ({ parsedBody }) => told(read(parsedBody)),
          createStreamExtractor: () => {
            let found: { x: number } | undefined;
            return {
              processChunk(chunk) {
                found ??= read(chunk);
              },
              buildMetadata: () => told(found),
            };
          },
        },
      }),
    );
    expect((await model.doGenerate(userCall('x'))).providerMetadata).toMatchObject({
      own: { x: 1 },
      server: {},
    });
    const parts: object[] = [];
    for await (const part of (await model.doStream(userCall('x'))).stream) parts.push(part);
    expect(parts.at(-1)).toMatchObject({ type: 'finish', providerMetadata: { own: { x: 1 } } });
  });
});
