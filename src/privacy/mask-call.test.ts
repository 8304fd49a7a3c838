import { describe, expect, it } from 'vitest';
import { userCall } from '../model/answer.ts';
import { maskCall } from '../model/leaf/masking/mask-call.ts';
import { placeholdersOf } from '../model/leaf/masking/placeholders.ts';
import type { MaskedSpan, Masker } from '../model/run/ports.ts';
import type { Call } from '../model/types.ts';
import { personalDataMasker } from './personal-data-masker.ts';

const mask = async (call: Call, masker: Masker = personalDataMasker()) =>
  JSON.stringify(
    (
      await maskCall(
        call,
        masker,
        placeholdersOf(() => 'secret'),
      )
    ).call,
  );
const finding = (...spans: MaskedSpan[]): Masker => ({ find: () => spans });

describe('maskCall', () => {
  const address = 'anna.weber@example.org';
  const result = (value: unknown): Call => ({
    prompt: [
      {
        role: 'assistant',
        content: [{ type: 'tool-call', toolCallId: address, toolName: 'look', input: {} }],
      },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: address,
            toolName: 'look',
            output: { type: 'json', value: value as never },
          },
        ],
      },
    ],
  });

  it.each([
    ['a field named as one of the protocol', { id: address, role: address, type: address }],
    ['a key', { users: { [address]: { n: 1 } } }],
    ['a number', { card: 4111111111111111 }],
    ['a number that the name of its field explains', { ssn: 123456789, phone: [4155550123] }],
    ['a text that its field explains', { passport: 'C01X00T47', apiKey: 'a1b2c3d4e5f6a7b8c9d0' }],
  ])('masks %s of a tool result', async (_name, value) => {
    const sent = await mask(result(value));
    expect(sent).not.toMatch(/anna|4111111|123456789|4155550|C01X|a1b2c3/);
    expect(sent).toContain('"type":"tool-result"');
  });

  it('masks properties of schemas, and leaves words of schemas and of the protocol', async () => {
    const schema = {
      type: 'object' as const,
      properties: { [address]: { type: 'string' as const } },
    };
    const call: Call = {
      ...userCall('object text user'),
      responseFormat: { type: 'json', schema },
      tools: [
        { type: 'function', name: 'm', inputSchema: { type: 'object', required: [address] } },
      ],
      toolChoice: { type: 'tool', toolName: 'm' },
      maxOutputTokens: 4155550123,
    };
    const masker = personalDataMasker({ words: ['text', 'user', 'object', 'function', 'string'] });
    const sent = await mask(call, masker);
    expect(sent).not.toContain('anna');
    expect(JSON.parse(sent)).toMatchObject({
      prompt: [
        { role: 'user', content: [{ type: 'text', text: expect.stringMatching(/^MASKED/) }] },
      ],
      responseFormat: { type: 'json', schema: { type: 'object' } },
      tools: [{ type: 'function' }],
      maxOutputTokens: 4155550123,
    });
  });

  it('joins what overlaps, so that no end of it leaves', async () => {
    const words = personalDataMasker({ words: ['Anna Weber', 'Acme 4111'] });
    const sent = await mask(userCall('Anna weber.a@example.org, Acme 4111 1111 1111 1111'), words);
    expect(sent).not.toMatch(/example|1111/);
  });

  it.each([
    ['no number', { start: Number.NaN, end: 4, kind: 'NAME' }],
    ['before the text', { start: -1, end: 4, kind: 'NAME' }],
    ['after it', { start: 0, end: 400, kind: 'NAME' }],
    ['backwards', { start: 4, end: 2, kind: 'NAME' }],
  ])('refuses a finding that is none: %s', async (_name, span) => {
    await expect(mask(userCall('hello'), finding(span))).rejects.toMatchObject({
      code: 'egress_denied',
    });
  });

  it('masks a value that begins in one part and ends in the next', async () => {
    const content = ['write to anna.we', 'ber@example.org now'].map(text => ({
      type: 'text' as const,
      text,
    }));
    expect(await mask({ prompt: [{ role: 'user', content }] })).not.toMatch(/anna|ber@/);
  });

  it('masks a value that begins in one message and ends in the next', async () => {
    const [begin, end] = ['write to anna.we', 'ber@example.org now'];
    const user = (text: string) => ({
      role: 'user' as const,
      content: [{ type: 'text' as const, text }],
    });
    const said = { role: 'assistant' as const, content: [{ type: 'text' as const, text: end }] };
    const output = { type: 'text' as const, value: end };
    const call = { toolCallId: 'c', toolName: 't' };
    const prompts: Call['prompt'][] = [
      [user(begin), user(end)],
      [user(begin), said],
      [{ role: 'system', content: begin }, user(end)],
      [user('Hi'), { role: 'assistant', content: [{ type: 'text', text: begin }] }, user(end)],
      [user(begin), { role: 'tool', content: [{ type: 'tool-result', ...call, output }] }],
    ];
    for (const prompt of prompts) expect(await mask({ prompt })).not.toMatch(/anna|ber@/);
    const apart = [user('It is 030 123'), said, user('45678 is mine.')];
    expect(await mask({ prompt: apart })).toContain('45678 is mine.');
  });

  it('masks a value wherever it stands, once a word has said what it is', async () => {
    const sent = await mask({
      prompt: [
        { role: 'system', content: 'Passport C01X00T47 is lost.' },
        { role: 'user', content: [{ type: 'text', text: 'Where is C01X00T47?' }] },
      ],
    });
    expect(sent).not.toContain('C01X00T47');
  });

  it('stops for a caller that has gone, and lets others in during a long text', async () => {
    const long = { ...userCall('word anna@example.org '.repeat(40_000)) };
    const gone = new AbortController();
    setImmediate(() => gone.abort(new Error('gone')));
    await expect(mask({ ...long, abortSignal: gone.signal })).rejects.toThrow('gone');
  });

  it('denies what nests deeper than anything has to', async () => {
    let value: unknown = 1;
    for (let depth = 0; depth < 20_000; depth++) value = [value];
    await expect(mask(result(value))).rejects.toMatchObject({ code: 'egress_denied' });
  });
});
