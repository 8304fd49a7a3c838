import { describe, expect, it } from 'vitest';
import { doubleOf } from '../../src/testing/index.ts';
import { jsonOf, startGateway } from './start-gateway.ts';
import { chatRequest } from './wire/chat-request.ts';
import { readJson } from './wire/check-body.ts';
import { isPlainChat } from './wire/plain-chat.ts';

const kinds: readonly (readonly [string, (index: number) => object])[] = [
  ['of text', index => ({ role: index % 2 ? 'assistant' : 'user', content: `word ${index}` })],
  ['of parts', index => ({ role: 'user', content: [{ type: 'text', text: `word ${index}` }] })],
  [
    'of calls',
    index =>
      index % 2
        ? { role: 'tool', tool_call_id: `call_${index - 1}`, content: 'done' }
        : { role: 'assistant', tool_calls: [callOf(index)] },
  ],
  ['in one', () => ({ role: 'user', content: Array(9000).fill({ type: 'text', text: 'a' }) })],
];

const callOf = (index: number) => ({
  id: `call_${index}`,
  type: 'function',
  function: { name: 'look', arguments: '{}' },
});
const bodyOf = (make: (index: number) => object, length: number) => ({
  model: 'local',
  messages: Array.from({ length }, (_, index) => make(index)),
});

describe('a body of very many messages', () => {
  it.each(kinds)('%s is refused before its schema is read', (_, make) => {
    const bytes = new TextEncoder().encode(
      JSON.stringify(bodyOf(make, make.length === 0 ? 2 : 20_000)),
    );
    const before = process.cpuUsage();
    expect(() => readJson(chatRequest, bytes, isPlainChat)).toThrow(/of which 6000 are read/);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(150);
  });

  it('is named as what is too long, over HTTP too, and in both APIs', async () => {
    const local = doubleOf({ modelId: 'local' }, () => ({ text: 'hi' }));
    await using gateway = await startGateway({ local });
    const { messages } = bodyOf(kinds[0]![1], 20_000);
    for (const [path, body] of [
      ['/v1/chat/completions', { model: 'local', messages }],
      ['/v1/responses', { model: 'local', input: messages }],
    ] as const) {
      const response = await gateway.send(path, body);
      expect(response.status).toBe(400);
      expect((await jsonOf(response)).error).toMatchObject({ code: 'too_many_parts' });
    }
  });

  it('is answered where it is long as conversations are', async () => {
    const local = doubleOf({ modelId: 'local' }, () => ({ text: 'hi' }));
    await using gateway = await startGateway({ local });
    const response = await gateway.send('/v1/chat/completions', bodyOf(kinds[0]![1], 4001));
    expect(response.status).toBe(200);
  });
});
