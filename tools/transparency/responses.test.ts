import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { asResponse, readResponse } from './as-response.ts';
import { type Body, differences } from './differences.ts';
import { allQuirks, startQuirkServer } from './quirk-server.ts';
import { requests } from './requests.ts';
import type { Said } from './said.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const user = (content: unknown) => ({ role: 'user', content });
const hi = { messages: [user('hi')] };
const tool = (name: string, more: object = {}) => ({
  type: 'function',
  function: {
    name,
    parameters: { type: 'object', properties: { a: { type: 'number' } } },
    ...more,
  },
});
const called = (...inputs: string[]) =>
  inputs.map((input, at) => ({
    ...{ id: `call_${at}`, type: 'function' },
    function: { name: 'get_weather', arguments: input },
  }));
const gave = (at: number, content: unknown) => ({
  ...{ role: 'tool', tool_call_id: `call_${at}`, content },
});

/** More that both interfaces can say, written as chat completions. */
const more: readonly Body[] = [
  { ...hi, temperature: 1, max_completion_tokens: 1 },
  { ...hi, presence_penalty: 0.5, verbosity: 'high' },
  { ...hi, reasoning_effort: 'max' },
  { ...hi, tools: [tool('a.b')], tool_choice: 'auto' },
  { ...hi, tools: [tool('a'), tool('b'), tool('c')], parallel_tool_calls: true, temperature: 0 },
  { ...hi, tools: [tool('a', { description: 'Does Ü.', strict: false })] },
  {
    messages: [
      user('weather?'),
      { role: 'assistant', content: null, tool_calls: called('{"city":"A"}', '{ "city": "B" }') },
      ...[gave(0, 'sun'), gave(1, ''), user('And?')],
    ],
    tools: [tool('get_weather')],
  },
  {
    messages: [
      ...[user('w'), { role: 'assistant', content: 'I look.', tool_calls: called('{"n":1.0}') }],
      ...[gave(0, 'ok'), { role: 'assistant', content: 'Done.' }, user('Again')],
    ],
  },
  { messages: [{ role: 'system', content: 'A' }, { role: 'developer', content: 'B' }, user('c')] },
  { messages: [user('a'), user('b'), user('c')] },
];
const pairs = [...requests, ...more].flatMap(chat => {
  const response = asResponse(chat);
  return response ? [{ chat, response }] : [];
});

const cases = pairs.flatMap(pair => [false, true].map(stream => ({ ...pair, stream })));
type Case = (typeof cases)[number];

/** What responses have no place for, or another word: the end of a cut call, and signatures. */
function sayable({ signature: _, finish, ...rest }: Said) {
  return { ...rest, finish: rest.calls.length > 0 && finish !== 'length' ? 'tool_calls' : finish };
}

function comparable(got: Said, wanted: Said): Said {
  if (!got.error || !wanted.error) return got;
  const { words } = wanted.error;
  return { ...got, error: { ...got.error, words: got.error.words.includes(words) ? words : '' } };
}

describe('a plain model is as transparent over responses', () => {
  it('in what it says and is sent, whole and streamed', { timeout: 240_000 }, async () => {
    expect(pairs.length).toBeGreaterThanOrEqual(60);
    await using it = await startQuirkServer();
    const wrong: object[] = [];
    const sentOf = new Map<string, unknown>();
    for (const { chat, stream } of cases) {
      const body = { ...chat, model: 'usual', ...(stream && { stream }) };
      await (await it.gateway.send('/v1/chat/completions', body)).text();
      sentOf.set(JSON.stringify([chat, stream]), plain(it.sent.get('usual')));
    }
    let asked = 0;
    const ask = async (name: string, says: Said, { chat, response, stream }: Case) => {
      const body = { ...response, model: name, ...(stream && { stream }) };
      const got = await readResponse(await it.gateway.send('/v1/responses', body));
      const sent = { ...it.sent.get(name), model: 'm-usual' };
      const isFree = differences.some(({ frees }) => frees?.(chat));
      const wanted = isFree ? sent : sentOf.get(JSON.stringify([chat, stream]));
      const pair = [
        [sayable(comparable(got, says)), sent],
        [sayable(says), wanted],
      ].map(plain);
      asked++;
      if (!isDeepStrictEqual(pair[0], pair[1])) wrong.push({ name, body, pair });
    };
    const askAll = async (name: string, says: Said) => {
      for (const each of cases) await ask(name, says, each);
    };
    await Promise.all(Object.entries(allQuirks).map(([name, { says }]) => askAll(name, says)));
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(asked).toBe(Object.keys(allQuirks).length * cases.length);
  });
});
