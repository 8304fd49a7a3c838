import { generateText, tool } from 'ai';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { schemes } from '../../entries/config.ts';
import { textOf, userCall } from '../../model/answer.ts';
import { logprobsOf, withLogprobs } from '../../model/leaf/logprobs.ts';
import { capabilitiesOf } from '../../model/leaf/model/capabilities.ts';
import { placeOf } from '../../model/leaf/model/place.ts';
import { direct } from '../../model/pattern/direct.ts';
import type { LanguageModel } from '../../model/types.ts';
import { collectStream } from '../../testing/double.ts';
import {
  type ServerDoubleOptions,
  type ServerKind,
  startServerDouble,
} from '../../testing/wire/wire-servers.ts';
import { foundryLocal } from './foundry-local.ts';

const kinds: readonly ServerKind[] = [
  'ollama',
  'lmstudio',
  'llama-server',
  'vllm',
  'mlx',
  'foundry-local',
];
const variableOf = (kind: string) => `${kind.toUpperCase().replaceAll('-', '_')}_ENDPOINT`;
const weather = {
  weather: tool({ inputSchema: z.object({ city: z.string() }), execute: async () => 'rain' }),
};
// A picture is text to nobody, however long its data is.
const picture = {
  type: 'file' as const,
  mediaType: 'image/png',
  data: { type: 'data' as const, data: 'A'.repeat(8000) },
};
const functions = [
  { type: 'function' as const, name: 'weather', inputSchema: { type: 'object' as const } },
];

async function over<T>(
  kind: ServerKind,
  options: ServerDoubleOptions,
  use: (model: LanguageModel, double: Awaited<ReturnType<typeof startServerDouble>>) => Promise<T>,
): Promise<T> {
  await using double = await startServerDouble(kind, options);
  const env = { [variableOf(kind === 'lmstudio' ? 'lmstudio' : kind)]: double.url };
  const scheme = schemes.find(({ name }) => name === kind)!;
  return await use(scheme.create('phi-4-mini', { env }), double);
}

const chats = ({
  requests,
}: {
  requests: readonly { path: string; body: Record<string, unknown> }[];
}) => requests.filter(({ path }) => /chat|responses/.test(path));

describe.each(kinds)('%s: over the wire', kind => {
  it('answers, streams, counts, and is on this device', () =>
    over(kind, {}, async model => {
      expect(textOf(await direct(model).doGenerate(userCall('hi')))).toBe('hello from the wire');
      const streamed = await collectStream((await direct(model).doStream(userCall('hi'))).stream);
      expect(textOf(streamed)).toBe('hello from the wire');
      expect(streamed.usage.outputTokens.total).toBe(4);
      expect([placeOf(model), model.modelId]).toEqual(['device', `${kind}:phi-4-mini`]);
    }));

  it('gives log-probabilities, plain and streamed, and the model knows that it does', () =>
    over(kind, {}, async model => {
      const asked = direct(model);
      const call = withLogprobs(userCall('hi'));
      expect(logprobsOf(await model.doGenerate(call))).toHaveLength(4);
      expect(logprobsOf(await collectStream((await model.doStream(call)).stream))).toHaveLength(4);
      await asked.doGenerate(call);
      expect(capabilitiesOf(model).logprobs).toBe(true);
    }));

  it('TRAP 9: learns that log-probabilities were asked for and did not come', () =>
    over(kind, { withoutLogprobs: true }, async model => {
      const asked = direct(model);
      await asked.doGenerate(withLogprobs(userCall('hi')));
      expect(capabilitiesOf(model).logprobs).toBe(false);
    }));

  it('calls tools, streamed and with log-probabilities asked for', () =>
    over(kind, {}, async model => {
      const { steps } = await generateText({ model, prompt: 'Weather?', tools: weather });
      expect(steps[0]!.toolCalls).toMatchObject([
        { toolName: 'weather', input: { city: 'example' } },
      ]);
      const call = withLogprobs(userCall('x', { tools: functions }));
      const answer = await collectStream((await model.doStream(call)).stream);
      expect(answer.content).toMatchObject([{ type: 'tool-call', toolName: 'weather' }]);
    }));

  it('TRAP 10: never lets a prompt be cut in silence', () =>
    over(
      kind,
      { contextTokens: 1000, truncates: true, readsImages: true },
      async (model, double) => {
        const long = userCall('word '.repeat(6000));
        const streamed = async () => collectStream((await model.doStream(long)).stream);
        await expect(streamed()).rejects.toThrow('(1000 tokens)');
        const sent = chats(double).length;
        await expect(Promise.resolve(model.doGenerate(long))).rejects.toMatchObject({
          data: { failure: 'context_overflow', contextTokens: 1000 },
        });
        // Where the server says how long its context is, such a prompt is not sent a second time.
        const tells = ['lmstudio', 'llama-server', 'vllm'].includes(kind);
        expect(chats(double)).toHaveLength(sent + (tells ? 0 : 1));
        const pictures = { prompt: [{ role: 'user' as const, content: [picture] }] };
        expect(
          (await model.doGenerate(pictures)).warnings.filter(({ type }) => type === 'other'),
        ).toEqual([]);
      },
    ));

  it('says how to start the server and how to get a model', () =>
    over(kind, { steps: [{ status: 404 }] }, async (model, double) => {
      await expect(Promise.resolve(model.doGenerate(userCall('x')))).rejects.toThrow(
        /has no model "phi.*`.*phi-4-mini/,
      );
      await double.close();
      await expect(Promise.resolve(model.doGenerate(userCall('x')))).rejects.toThrow(
        /running\? Start it with `/,
      );
    }));
});

describe('what servers want said in their way', () => {
  it('lmstudio: asks for log-probabilities by the Responses API, else by chat completions', () =>
    over('lmstudio', {}, async (model, double) => {
      await model.doGenerate(withLogprobs(userCall('hi', { maxOutputTokens: 9 })));
      await model.doGenerate(userCall('hi'));
      expect(chats(double).map(({ path }) => path)).toEqual([
        '/v1/responses',
        '/v1/chat/completions',
      ]);
      expect(double.requests[0]!.body).toMatchObject({
        include: ['message.output_text.logprobs'],
        max_output_tokens: 9,
      });
    }));

  it('mlx: asks for log-probabilities by a count, and says that it knows no schema', () =>
    over('mlx', {}, async (model, double) => {
      await model.doGenerate(withLogprobs(userCall('hi')));
      expect(double.requests[0]!.body).toMatchObject({ logprobs: 1 });
      expect(capabilitiesOf(model).jsonSchema).toBe(false);
    }));

  it('llama-server: does not stream tools with log-probabilities, which it refuses', () =>
    over('llama-server', {}, async (model, double) => {
      const call = withLogprobs(userCall('x', { tools: functions }));
      await collectStream((await model.doStream(call)).stream);
      expect(double.requests[0]!.body.stream).not.toBe(true);
    }));

  it('any server: asks again without log-probabilities where refused, and then no more', () =>
    over('vllm', { steps: [{ status: 400 }, {}] }, async (model, double) => {
      const call = withLogprobs(userCall('x'));
      expect(textOf(await model.doGenerate(call))).toBe('hello from the wire');
      await collectStream((await model.doStream(call)).stream);
      expect(chats(double).map(({ body }) => body.logprobs)).toEqual([true, undefined, undefined]);
      expect(capabilitiesOf(model).logprobs).toBe(false);
    }));

  it('foundry-local: finds the variant of an alias, and loads it if told to start it', async () => {
    await using double = await startServerDouble('foundry-local', { isLoaded: false });
    const model = foundryLocal({ model: 'phi-4-mini', endpoint: double.url, start: true });
    await model.doGenerate(userCall('x'));
    expect(chats(double)[0]!.body.model).toBe('phi-4-mini-instruct-generic-cpu');
    expect(double.requests.map(({ path }) => path)).toContain(
      '/openai/load/phi-4-mini-instruct-generic-cpu',
    );
  });

  it('ollama: refuses before sending what no context of the model can hold', () =>
    over('ollama', {}, async (model, double) => {
      await expect(
        Promise.resolve(model.doGenerate(userCall('word '.repeat(120_000)))),
      ).rejects.toThrow('exceeds the available context size');
      expect(chats(double)).toHaveLength(0);
    }));

  it('ollama: takes a low count for no cut where the context was wide enough', () =>
    over('ollama', { contextTokens: 16_384, steps: [{ promptTokens: 60 }] }, async model => {
      expect((await model.doGenerate(userCall('word '.repeat(2000)))).warnings).toEqual([]);
    }));
});
