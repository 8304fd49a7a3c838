/** Answers whose parts stand apart, or beside a mark that says what they are. */
import { expect, it } from 'vitest';
import { base, both, called, chunk, done, ev, hello, type Odd, usage, whole } from './odd-texts.ts';
import { startQuirkServer } from './quirk-server.ts';
import type { Quirk } from './quirks.ts';
import { said } from './said.ts';
import { wrongReadings } from './wrong-readings.ts';

const paris = { name: 'get_weather', arguments: '{"city":"Paris"}' };
const call = { index: 0, id: 'c1', type: 'function', function: paris };
const last = ev({ choices: [], usage });
const thought = { role: 'assistant', extra_content: { google: { thought: true } } };
const malformed = 'function_call_filter: MALFORMED_FUNCTION_CALL';
const choice = (index: number, message: object) => ({
  ...{ index, finish_reason: 'tool_calls', message: { role: 'assistant', ...message } },
});

const answers: Readonly<Record<string, Odd>> = {
  geminiThought: {
    whole: whole({ content: '<thought>Hm.</thought>Hello world.' }),
    stream:
      chunk({ ...thought, content: '<thought>Hm' }) +
      chunk({ ...thought, content: '.</thought>' }) +
      chunk({ content: 'Hello world.' }) +
      chunk({}, 'stop') +
      done,
    says: { ...hello, reasoning: 'Hm.' },
  },
  malformedCall: both(
    {},
    said({ error: { status: 502, code: '', retryAfter: null, words: malformed } }),
    malformed,
  ),
  callInAnotherChoice: {
    whole: JSON.stringify({
      ...{ ...base, usage },
      choices: [choice(0, { content: 'I look.' }), choice(1, { tool_calls: [call] })],
    }),
    stream: chunk({ content: 'I look.' }) + chunk({ tool_calls: [call] }, 'tool_calls') + done,
    says: { ...called, text: 'I look.' },
  },
  workers: {
    whole: JSON.stringify({
      ...{ result: { response: 'Hello world.', usage, tool_calls: [] } },
      ...{ success: true, errors: [], messages: [] },
    }),
    stream: ev({ response: 'Hello', p: 'ab' }) + ev({ response: ' world.', usage }) + done,
    says: hello,
  },
  workersCall: {
    whole: JSON.stringify({
      result: { response: null, tool_calls: [{ ...paris, arguments: { city: 'Paris' } }] },
      success: true,
    }),
    stream: ev({ response: null, tool_calls: [paris] }) + ev({ response: '', usage }) + done,
    says: called,
  },
  pieceOfNothing: {
    whole: whole({ tool_calls: [call] }, 'tool_calls'),
    stream:
      chunk({ tool_calls: [call] }) +
      chunk({ tool_calls: [{ index: 1, function: { arguments: '' } }] }) +
      chunk({}, 'tool_calls') +
      last +
      done,
    says: called,
  },
};

it('are read whole, in both interfaces, alone and in patterns', { timeout: 60_000 }, async () => {
  const quirks = answers as Readonly<Record<string, Quirk>>;
  await using it = await startQuirkServer(quirks, ['cascade', 'router']);
  expect(await wrongReadings(it, quirks)).toEqual([]);
});

it('thoughts that the sum of tokens alone counts are counted as written', async () => {
  const counts = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 28 };
  const reasoning = { completion_tokens_details: { reasoning_tokens: 20 } };
  const counted = (more: object): Quirk => ({
    says: hello,
    whole: whole({ content: 'Hello world.' }, 'stop', { usage: { ...counts, ...more } }),
    stream: chunk({ content: 'Hello world.' }, 'stop', { usage: { ...counts, ...more } }) + done,
  });
  const cached = { prompt_tokens_details: { cached_tokens: 4 } };
  const quirks = { named: counted(reasoning), gap: counted({}), cached: counted(cached) };
  await using it = await startQuirkServer(quirks);
  for (const model of Object.keys(quirks))
    for (const stream of [false, true]) {
      const messages = [{ role: 'user', content: 'hi' }];
      const asked = { model, stream, messages, stream_options: { include_usage: true } };
      const answer = await it.gateway.send('/v1/chat/completions', asked);
      const written = /"completion_tokens":(\d+)/.exec(await answer.text())?.[1];
      expect([model, written]).toEqual([model, model === 'cached' ? '3' : '23']);
    }
});
