import { describe, expect, it } from 'vitest';
import type { Call, StreamPart } from '../../model/types.ts';
import { ollama } from './ollama.ts';

const line = (message: object | null, more: object = {}) =>
  JSON.stringify({ model: 'm', message, done: false, ...more });
const end = { done: true, done_reason: 'stop', prompt_eval_count: 5, eval_count: 3 };
const lines = [line({ content: 'Hello' }), line({ content: ' world.' }), line({}, end)];
const whole = line({ content: 'Hello world.' }, end);
const said = { text: 'Hello world.', reasoning: '', calls: [] as unknown[] };
const thought = { ...said, reasoning: 'Hm.' };
const paris = { text: '', reasoning: '', calls: [['get_weather', '{"city":"Paris"}']] };
const call = (called: object) => line({ content: '', tool_calls: [called] }, end);
const png = 'iVBORw0KGgo=';
const input = { city: 'Paris' };

const tool = (name: string, properties: object, required: string[] = []) => ({
  ...{ type: 'function' as const, name },
  inputSchema: { type: 'object' as const, properties, required },
});
const asked = (tools: boolean) =>
  ({
    prompt: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
    ...(tools && { tools: [tool('get_weather', { city: {} }, ['city']), tool('now', {})] }),
  }) as Call;

function serving(body: string) {
  const fetch = async (url: unknown) => {
    if (String(url).endsWith('/api/chat')) return new Response(body);
    return Response.json({ capabilities: ['completion', 'tools', 'thinking'], models: [] });
  };
  const endpoint = 'http://127.0.0.1:9';
  return ollama({ model: 'm', endpoint, fetch: fetch as typeof globalThis.fetch });
}

interface Part {
  readonly type: string;
  readonly text?: string;
  readonly delta?: string;
  readonly toolName?: string;
  readonly input?: string;
}

function summed(parts: readonly Part[]) {
  const of = (type: string) =>
    parts
      .filter(part => part.type === type || part.type === `${type}-delta`)
      .map(part => part.text ?? part.delta ?? '')
      .join('');
  const calls = parts.filter(({ type }) => type === 'tool-call');
  return {
    ...{ text: of('text'), reasoning: of('reasoning') },
    calls: calls.map(({ toolName, input: given }) => [toolName, given]),
  };
}

const odd: Readonly<Record<string, readonly [body: string, says: typeof said]>> = {
  'lines without an end': [lines.join('\n'), said],
  'lines with returns': [lines.join('\r\n'), said],
  events: [`${lines.map(each => `data: ${each}\n\n`).join('')}data: [DONE]\n\n`, said],
  'JSON behind JSON': [lines.join(''), said],
  'a list': [`[${lines.join(',\n')}]`, said],
  'a whole answer in a list': [`[${whole}]`, said],
  'many lines of one answer': [JSON.stringify(JSON.parse(whole), null, 2), said],
  'a byte order mark': [`\ufeff${whole}`, said],
  'a state before': [`{"status":"loading"}\n{}\n${line(null)}\n${lines.join('\n')}`, said],
  'a number': [line({ content: 42 }, end), { ...said, text: '42' }],
  'a text of parts': [line({ content: [{ type: 'text', text: 'Hello world.' }] }, end), said],
  'thoughts alone': [line({ content: null, thinking: 'Hm.' }, end), { ...thought, text: '' }],
  'thoughts in an object': [
    line({ content: 'Hello world.', thinking: { text: 'Hm.' } }, end),
    thought,
  ],
  'thoughts of another name': [line({ content: 'Hello world.', reasoning: 'Hm.' }, end), thought],
  'calls of nothing': [line({ content: 'Hello world.', tool_calls: '' }, end), said],
  'the older way': [JSON.stringify({ response: 'Hello world.', ...end }), said],
  "OpenAI's form": [
    JSON.stringify({ choices: [{ message: { content: 'Hello world.' }, finish_reason: 'stop' }] }),
    said,
  ],
  'no number': [lines.join('\n').replace('"eval_count":3', '"eval_count":NaN'), said],
  'a call': [call({ function: { name: 'get_weather', arguments: input } }), paris],
  'a name that is null': [call({ function: { name: null, arguments: input } }), paris],
  'words before a name': [
    call({ function: { name: 'functions.get_weather', arguments: input } }),
    paris,
  ],
  'input of another name': [call({ function: { name: 'get_weather', parameters: input } }), paris],
  'a call without its level': [call({ name: 'get_weather', arguments: input }), paris],
};

describe('answers of Ollama, and of servers that speak as it does', () => {
  it.each(Object.entries(odd))('are read: %s', async (_name, [body, says]) => {
    const request = asked(says.calls.length > 0);
    const { content } = await serving(body).doGenerate(request);
    expect(summed(content as readonly Part[])).toEqual(says);
    const { stream } = await serving(body).doStream(request);
    const parts: StreamPart[] = [];
    for await (const part of stream as unknown as AsyncIterable<StreamPart>) parts.push(part);
    expect(parts.filter(({ type }) => type === 'error')).toEqual([]);
    expect(summed(parts as readonly Part[])).toEqual(says);
  });

  it.each([
    [line({ content: 'Hello world.', images: [png] }, end)],
    [[line({ content: 'Hello world.' }), line({ images: [png] }, end)].join('\n')],
    [JSON.stringify({ message: { content: 'Hello world.' }, image: png, ...end })],
  ])('have their pictures, whole and streamed: %#', async body => {
    const file = { type: 'file', mediaType: 'image/png', data: { type: 'data', data: png } };
    const { content } = await serving(body).doGenerate(asked(false));
    expect(content).toEqual([{ type: 'text', text: 'Hello world.' }, file]);
    const { stream } = await serving(body).doStream(asked(false));
    const parts: StreamPart[] = [];
    for await (const part of stream as unknown as AsyncIterable<StreamPart>) parts.push(part);
    expect(parts.map(({ type }) => type).slice(-3)).toEqual(['text-end', 'file', 'finish']);
    expect(parts.at(-2)).toEqual(file);
  });

  it.each(['error', 'aborted'])('are an error where they were broken off: %s', async reason => {
    const body = [line({ content: 'Hello wo' }), line({}, { ...end, done_reason: reason })];
    const model = serving(body.join('\n'));
    const message = `broke its answer off: ${reason}`;
    await expect(model.doGenerate(asked(false))).rejects.toThrow(message);
    const { stream } = await model.doStream(asked(false));
    const read = async () => {
      for await (const part of stream as unknown as AsyncIterable<StreamPart>)
        if (part.type === 'error') throw part.error;
    };
    await expect(read()).rejects.toThrow(message);
  });

  it('are an error where they are none', async () => {
    const asking = serving('<html>boom</html>').doGenerate(asked(false));
    await expect(asking).rejects.toThrow('Ollama sent something that is not JSON.');
  });
});
