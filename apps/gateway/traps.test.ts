import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText } from 'ai';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../src/index.ts';
import { apiFailure, doubleOf, lastUserText } from '../../src/testing/index.ts';
import { jsonOf, startGateway } from './start-gateway.ts';
import { speakersIn, toolIds } from './wire/tool-ids.ts';

const chat = '/v1/chat/completions';
const tools = [
  {
    type: 'function',
    function: {
      name: 'weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
];
const call = (toolCallId: string, input: string) => ({
  content: [{ type: 'tool-call' as const, toolCallId, toolName: 'weather', input }],
});
const hasResult = ({ prompt }: Call) => prompt.at(-1)?.role === 'tool';

describe('tool loops', () => {
  it('stay with the model that began them, by a portable id; upstream gets its own', async () => {
    const upstreamId = 'call_AbCdEfGhIjKlMnOpQrStUvWx';
    const seen: string[] = [];
    const local = doubleOf({ modelId: 'local' }, () => ({ text: 'I do not know.' }));
    const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, given => {
      seen.push(JSON.stringify(given.prompt));
      return hasResult(given) ? { text: 'Sunny in Oslo.' } : call(upstreamId, '{"city":"Oslo"}');
    });
    const patterns = { strict: { pattern: 'router', cloud: 'cloud', local: 'local' } };
    await using gateway = await startGateway({ local, cloud }, { patterns });
    // Asked of the cloud first, so that the loop is the cloud's whatever the router would say of
    // its second step.
    const messages: object[] = [{ role: 'user', content: 'Weather in Oslo?' }];
    const first = (await jsonOf(gateway.send(chat, { model: 'cloud', messages, tools }))).choices[0]
      .message;
    const [{ id }] = first.tool_calls;
    expect(id).toMatch(/^[0-9A-Za-z]{1,40}$/);
    messages.push(first, { role: 'tool', tool_call_id: id, content: 'sunny' });
    for (const model of ['strict', 'cascade']) {
      const second = await jsonOf(gateway.send(chat, { model, messages, tools }));
      expect(second.tandem.answeredBy, model).toBe('cloud');
      expect(second.choices[0].message.content).toBe('Sunny in Oslo.');
    }
    expect(seen.at(-1)).toContain(upstreamId);
    expect(seen.at(-1)).not.toContain(id);
  });

  it('trust no id that they have not signed', () => {
    const ids = toolIds('secret', () => speakersIn('cascade(local, router(cloud, b))'));
    const sealed = ids.seal('call_1', 'cloud');
    expect(ids.open(sealed)).toEqual({ id: 'call_1', by: 'cloud' });
    const forged = `${sealed.slice(0, 8)}${sealed[8] === 'a' ? 'b' : 'a'}${sealed.slice(9)}`;
    expect(ids.open(forged)).toEqual({ id: forged });
    expect(toolIds('other', () => ['cloud']).open(sealed)).toEqual({ id: sealed });
  });

  it('carry ids of every known form within 40 characters', () => {
    const ids = toolIds('secret', () => ['local']);
    const known = [
      'a1B2c3D4e',
      'call_1',
      'call_AbCdEfGhIjKlMnOpQrStUvWx',
      'toolu_01AbCdEfGhIjKlMnOpQrStUv',
      '0f8b1c2d-1a2b-4c3d-8e9f-0123456789ab',
      `chatcmpl-tool-${'0a'.repeat(16)}`,
      'functions.weather:0',
      'x'.repeat(200),
    ];
    for (const id of known) {
      const sealed = ids.seal(id, 'local');
      expect(sealed).toMatch(/^[0-9A-Za-z]{1,40}$/);
      expect(ids.open(sealed)).toEqual({ id, by: 'local' });
    }
    const later = toolIds('secret', () => ['local']).open(ids.seal('functions.weather:0', 'local'));
    expect(later.id).toMatch(/^call_[0-9A-Za-z]{24}$/);
  });

  it('TRAP 15: show no malformed tool call of the local model to the client', async () => {
    const local = doubleOf({ modelId: 'local' }, () => call('call_1', '{"city": Oslo'));
    const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, () =>
      call('call_2', '{"city":"Oslo"}'),
    );
    await using gateway = await startGateway({ local, cloud });
    const messages = [{ role: 'user', content: 'Weather in Oslo?' }];
    for (const stream of [false, true]) {
      const text = await (
        await gateway.send(chat, { model: 'cascade', messages, tools, stream })
      ).text();
      expect(text).toContain('{\\"city\\":\\"Oslo\\"}');
      expect(text).not.toContain('Oslo"}}}');
      expect(text).not.toContain('\\"city\\": Oslo');
    }
  });
});

describe('requests that overlap', () => {
  it('TRAP 6: do not touch, 1,000 of them on one server', async () => {
    const echo = (modelId: string, place: 'device' | 'cloud') =>
      doubleOf({ modelId, place }, given => ({
        text: `${modelId} ${lastUserText(given)}`,
        delayMs: Math.random() * 3,
      }));
    const limits = { concurrency: 1000, waiting: 1000, waitMs: 20_000 };
    await using gateway = await startGateway(
      { local: echo('local', 'device'), cloud: echo('cloud', 'cloud') },
      { gateway: { limits } },
    );
    const ask = async (n: number) => {
      const model = ['local', 'cloud'][n % 2]!;
      const body = {
        model,
        messages: [{ role: 'user', content: `question ${n}` }],
        stream: n % 3 === 0,
      };
      const response = await gateway.send(chat, body);
      const text = await response.text();
      const spoken = text.startsWith('{')
        ? JSON.parse(text).choices[0].message.content
        : [...text.matchAll(/"content":"([^"]*)"/g)].map(([, delta]) => delta).join('');
      return [spoken, `${model} question ${n}`] as const;
    };
    for (let hundred = 0; hundred < 10; hundred++) {
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, n) => ask(hundred * 100 + n)),
      );
      for (const [spoken, expected] of answers) expect(spoken).toBe(expected);
    }
  });
});

describe('a client that tries again', () => {
  it('TRAP 19: does not pay again for what a failed pattern has finished', async () => {
    const text = Array.from(
      { length: 400 },
      (_, n) => `Line ${n} of the handbook says something of its own.`,
    ).join('\n\n');
    let [worker, failures] = [0, 0];
    const local = doubleOf({ modelId: 'local' }, given => {
      worker++;
      const quote = /Line 7 of the handbook says something of its own\./.exec(
        lastUserText(given),
      )?.[0];
      return { text: JSON.stringify({ facts: quote ? [{ quote }] : [], openQuestions: [] }) };
    });
    const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, () => {
      failures++;
      if (failures < 3) throw apiFailure(401);
      return { text: 'Something of its own [f1].' };
    });
    const patterns = { reading: { pattern: 'chain', windowTokens: 1200, unitTokens: 100 } };
    await using gateway = await startGateway({ local, cloud }, { patterns });
    const provider = createOpenAICompatible({ name: 'tandem', baseURL: `${gateway.url}/v1` });
    const { text: answer } = await generateText({
      model: provider('reading'),
      prompt: `${text}\n\nWhat does line 7 say?`,
      maxRetries: 4,
    });
    expect(answer).toContain('Something of its own');
    expect(failures).toBe(3);
    const once = worker;
    await generateText({
      model: provider('reading'),
      prompt: `${text}\n\nWhat does line 7 say?`,
      maxRetries: 0,
    });
    expect(worker).toBe(2 * once);
    expect(once).toBeGreaterThan(3);
  });
});
