import { describe, expect, it } from 'vitest';
import { startQuirkServer } from './quirk-server.ts';
import type { Quirk } from './quirks.ts';
import { type Said, said } from './said.ts';
import { wrongReadings } from './wrong-readings.ts';

/** A server's answer, whole and streamed; where one form alone is odd, the other is as usual. */
interface Odd {
  readonly whole?: string;
  readonly stream?: string;
  readonly says?: Said;
}

const base = { id: 'chatcmpl-1', created: 1_764_300_000, model: 'm' };
const usage = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 };
const done = 'data: [DONE]\n\n';
const json = (value: object) =>
  JSON.stringify({ ...base, object: 'chat.completion.chunk', ...value });
const event = (value: object) => `data: ${json(value)}\n\n`;
const piece = (delta: unknown, reason: string | null = null, more: object = {}) => ({
  choices: [{ index: 0, delta, finish_reason: reason, ...more }],
});
const chunk = (delta: unknown, reason: string | null = null) => event(piece(delta, reason));
const ending = event({ choices: [], usage }) + done;
const whole = (message: unknown, reason: unknown = 'stop', more: object = {}) =>
  JSON.stringify({
    ...{ ...base, object: 'chat.completion', usage },
    choices: [{ index: 0, message, finish_reason: reason }],
    ...more,
  });
const message = (words: object) => ({ role: 'assistant', ...words });

const hello = said({ text: 'Hello world.' });
const usualWhole = whole(message({ content: 'Hello world.' }));
const words = chunk({ content: 'Hello' }) + chunk({ content: ' world.' });
const usualStream = words + chunk({}, 'stop') + ending;
const chunks = [
  ...[piece({ role: 'assistant', content: '' }), piece({ content: 'Hello' })],
  ...[piece({ content: ' world.' }), piece({}, 'stop'), { choices: [], usage }],
].map(json);
const lines = (make: (one: string) => string, end = done) => alike(chunks.map(make).join('') + end);

function alike(text: string): Odd {
  return { whole: text, stream: text };
}

/** The same words in a message and in a piece of one. */
function saying(said: object, says: Said = hello, end = 'stop'): Odd {
  return {
    whole: whole(message(said), end),
    stream: chunk(said) + chunk({}, end) + ending,
    says,
  };
}

/** Words that stand beside a text. */
const beside = (more: object, says: Said = hello) =>
  saying({ content: 'Hello world.', ...more }, says);

/** How answers are framed: as events, lines, documents, or inside of something. */
const frames: Readonly<Record<string, Odd>> = {
  'events without blank lines': alike(usualStream.replaceAll('\n\n', '\n')),
  'and with returns': alike(usualStream.replaceAll('\n\n', '\r\n')),
  'named events without blank lines': lines(one => `event: chunk\ndata: ${one}\n`),
  'a last event without its end': alike(`${words}data: ${json(piece({}, 'stop'))}`),
  'a last event without a blank line': alike(`${words}data: ${json(piece({}, 'stop'))}\n`),
  'lines of JSON': lines(one => `${one}\n`, ''),
  'lines of JSON, and a word of the end': lines(one => `${one}\n`, '[DONE]\n'),
  'lines of JSON with returns': lines(one => `${one}\r\n`, ''),
  'JSON behind JSON': lines(one => one, ''),
  'records with a separator': lines(one => `\u001e${one}\n`, ''),
  'a list of chunks': alike(`[${chunks.join(',\n')}]`),
  'a list of chunks over many lines': alike(
    JSON.stringify(
      chunks.map(one => JSON.parse(one)),
      null,
      2,
    ),
  ),
  'a whole answer in a list': alike(`[${usualWhole}]`),
  'a whole answer over many lines': alike(JSON.stringify(JSON.parse(usualWhole), null, 2)),
  'white space before': alike(`\n   \n\n ${usualWhole}`),
  'a byte order mark before': alike(`\ufeff${usualWhole}`),
  'comments before a whole answer': alike(`: PROCESSING\n\n: PROCESSING\n\n${usualWhole}`),
  'a word of the end behind a whole answer': alike(`${usualWhole}\n${done}`),
  'a whole answer as an event': alike(`data: ${usualWhole}\n\n`),
  'in data': alike(`{"code":200,"data":${usualWhole}}`),
  'in a result': alike(`{"success":true,"result":${usualWhole},"errors":[]}`),
  'in a response': alike(`{"response":${usualWhole}}`),
  'JSON in a text': alike(JSON.stringify(usualWhole)),
  'events of JSON in texts': lines(one => `data: ${JSON.stringify(one)}\n\n`),
  'events in events': lines(one => `data: data: ${one}\n\n`, 'data: data: [DONE]\n\n'),
  'another word of the end': lines(one => `data: ${one}\n\n`, 'data: [done]\n\n'),
  'the end in quotes': lines(one => `data: ${one}\n\n`, 'data: "[DONE]"\n\n'),
  'spaces behind the end': lines(one => `data: ${one}\n\n`, 'data: [DONE] \n\n'),
  'events of nothing': alike(`data:\n\ndata: \n\n${usualStream}`),
  'events of null': alike(`data: null\n\ndata: [null]\n\n${usualStream}`),
  'a ping of a word': alike(`data: ping\n\n${usualStream}`),
  'a heartbeat': alike(`data: {"type":"heartbeat"}\n\n${usualStream}`),
  'events over many lines': lines(one => {
    const rows = JSON.stringify(JSON.parse(one), null, 1).split('\n');
    return `${rows.map(row => `data: ${row}\n`).join('')}\n`;
  }),
  'fields in other letters': alike(usualStream.replaceAll('data:', 'Data:')),
  'fields behind spaces': alike(usualStream.replaceAll('data:', ' data:')),
  'choices that are one': {
    whole: json({ choices: { message: { content: 'Hello world.' }, finish_reason: 'stop' } }),
    stream: event({ choices: { delta: { content: 'Hello world.' }, finish_reason: 'stop' } }),
  },
  'choices by number': {
    whole: json({ choices: { 0: { message: { content: 'Hello world.' } } } }),
    stream: event({ choices: { 0: { delta: { content: 'Hello world.' } } } }) + usualEnd(),
  },
  'a choice of nothing': { stream: event({ choices: [null] }) + usualStream },
  'choices of nothing': { stream: words + chunk({}, 'stop') + event({ choices: null, usage }) },
  "a message alone, as in Ollama's own lines": {
    whole: json({ message: { content: 'Hello world.' }, done: true, done_reason: 'stop' }),
    stream: ['Hello', ' world.', '']
      .map(content =>
        json({ message: { content }, ...(content === '' && { done_reason: 'stop' }) }),
      )
      .join('\n'),
  },
  'a message that is a text': {
    whole: whole('Hello world.'),
    stream: chunk('Hello') + chunk(' world.', 'stop') + done,
  },
  'a piece as a whole answer': { whole: json(piece({ content: 'Hello world.' }, 'stop')) },
  'a text at the choice': {
    whole: json({ choices: [{ content: 'Hello world.', finish_reason: 'stop' }] }),
    stream: event({ choices: [{ content: 'Hello world.', finish_reason: 'stop' }] }) + done,
  },
  'numbers that are none': {
    whole: usualWhole.replace('"finish', '"logprobs":{"content":[{"logprob":-Infinity}]},"finish'),
    stream: usualStream.replaceAll('"finish', '"logprobs":{"content":[{"x":NaN}]},"finish'),
  },
  'a comma too many': { whole: usualWhole.replace(/}$/, ',}') },
  'a tabulator in a text': {
    whole: usualWhole.replace('Hello ', 'Hello\t'),
    stream: chunk({ content: 'Hello|world.' }, 'stop').replace('|', '\t') + done,
    says: said({ text: 'Hello\tworld.' }),
  },
};

function usualEnd(): string {
  return chunk({}, 'stop') + ending;
}

/** What stands in answers, and of which type. */
const contents: Readonly<Record<string, Odd>> = {
  'a number': saying({ content: 42 }, said({ text: '42' })),
  zero: saying({ content: 0 }, said({ text: '0' })),
  'a number of exact digits': {
    whole: whole({ content: 1 }).replace('t":1', 't":12345678901234567890.10'),
    stream: chunk({ content: 1 }, 'stop').replace('t":1', 't":12345678901234567890.10') + done,
    says: said({ text: '12345678901234567890.10' }),
  },
  'a truth': saying({ content: true }, said({ text: 'true' })),
  'an object': saying({ content: { a: 1 } }, said({ text: '{"a":1}' })),
  'an object of a text': saying({ content: { type: 'text', text: 'Hello world.' } }),
  'a list of texts': saying({ content: ['Hello', ' world.'] }),
  'parts of responses': saying({ content: [{ type: 'output_text', text: 'Hello world.' }] }),
  'parts without a type': saying({ content: [{ text: 'Hello world.' }] }),
  'parts of nothing': saying({ content: [null, { type: 'text', text: 'Hello world.' }, null] }),
  'parts whose text is a value': saying({
    content: [{ type: 'text', text: { value: 'Hello world.', annotations: [] } }],
  }),
  'a refusal among parts': saying(
    { content: [{ type: 'refusal', refusal: 'I cannot.' }] },
    said({ refusal: 'I cannot.' }),
  ),
  ...Object.fromEntries(
    ['reasoning', 'reasoning_text', 'thinking', 'thought'].map(type => [
      `thoughts among parts: ${type}`,
      saying(
        {
          content: [
            { type, text: 'Hm.' },
            { type: 'text', text: 'Hello world.' },
          ],
        },
        { ...hello, reasoning: 'Hm.' },
      ),
    ]),
  ),
  ...Object.fromEntries(
    [
      { reasoning_content: { text: 'Hm.' } },
      { reasoning: ['Hm', '.'] },
      { thought: 'Hm.' },
      { thinking_content: 'Hm.' },
      { thinking_blocks: [{ type: 'thinking', thinking: 'Hm.', signature: 'x' }] },
    ].map(more => [
      `thoughts: ${JSON.stringify(more)}`,
      beside(more, { ...hello, reasoning: 'Hm.' }),
    ]),
  ),
  ...Object.fromEntries(
    [
      ...[{ refusal: {} }, { refusal: false }, { refusal: '' }, { role: null }, { audio: null }],
      ...[{ tool_calls: '' }, { tool_calls: false }, { tool_calls: {} }, { annotations: {} }],
      ...[{ function_call: {} }, { function_call: { name: null, arguments: null } }],
    ].map(more => [`nothing: ${JSON.stringify(more)}`, beside(more)]),
  ),
  ...Object.fromEntries(
    [
      ...[{ created: 1e20 }, { created: 1_764_300_000_000 }, { created: '1' }, { id: 5 }],
      ...[{ model: null }, { model: 7 }, { usage: [] }, { usage: 'none' }, { error: null }],
      ...[{ error: '' }, { error: {} }, { error: false }, { object: 5 }],
    ].map(more => [
      `beside: ${JSON.stringify(more)}`,
      {
        whole: whole(message({ content: 'Hello world.' }), 'stop', more),
        stream: event({ ...piece({ content: 'Hello world.' }), ...more }) + usualEnd(),
      },
    ]),
  ),
  ...Object.fromEntries(
    ['STOP', 'eos', { type: 'stop' }, 1].map(reason => [
      `an end: ${JSON.stringify(reason)}`,
      {
        whole: whole(message({ content: 'Hello world.' }), reason),
        stream: words + event(piece({}, reason as string)) + done,
      },
    ]),
  ),
};

const paris = '{"city":"Paris"}';
const called = said({ calls: [{ name: 'get_weather', arguments: paris }], finish: 'tool_calls' });
const calls = (tool_calls: unknown) => saying({ content: null, tool_calls }, called, 'tool_calls');
const call = (called: object) =>
  calls([{ index: 0, id: 'c1', type: 'function', function: called }]);
const weather = { name: 'get_weather', arguments: paris };

/** Calls of tools in other forms. */
const toolCalls: Readonly<Record<string, Odd>> = {
  'a name that is null': call({ name: null, arguments: paris }),
  'a name of nothing': call({ name: '', arguments: paris }),
  'no name': call({ arguments: paris }),
  'no name, older': saying(
    { content: null, function_call: { name: null, arguments: paris } },
    called,
  ),
  'where tools stand before its name': call({ name: 'functions.get_weather:0', arguments: paris }),
  'a name in spaces': call({ name: ' get_weather ', arguments: paris }),
  'a name in pieces': {
    stream: [{ name: 'get_' }, { name: 'weather' }, { arguments: paris }]
      .map((each, at) =>
        chunk({ tool_calls: [{ index: 0, ...(at === 0 && { id: 'c' }), function: each }] }),
      )
      .join('')
      .concat(chunk({}, 'tool_calls') + ending),
    says: called,
  },
  'a function in a text': calls([{ index: 0, id: 'c', function: JSON.stringify(weather) }]),
  ...Object.fromEntries(
    ['arguments', 'input', 'parameters', 'args'].map(key => [
      `input as an object in ${key}`,
      call({ name: 'get_weather', [key]: { city: 'Paris' } }),
    ]),
  ),
  'input in a text of a text': call({ name: 'get_weather', arguments: JSON.stringify(paris) }),
  'input in a fence': call({ name: 'get_weather', arguments: `\`\`\`json\n${paris}\n\`\`\`` }),
  'numbers that are texts': {
    stream: [weather.name, undefined, undefined]
      .map((name, at) => ({ name, arguments: ['', '{"city":', '"Paris"}'][at] }))
      .map(each => chunk({ tool_calls: [{ index: '0', id: 'c', function: each }] }))
      .join('')
      .concat(chunk({}, 'tool_calls') + ending),
    says: called,
  },
  'an id that is a number': calls([{ index: 0, id: 7, function: weather }]),
  'calls by number': calls({ 0: { index: 0, id: 'c', function: weather } }),
  'calls in a text': calls(JSON.stringify([{ index: 0, id: 'c', function: weather }])),
  'calls beside nothing': calls([null, {}, { index: 0, id: 'c', function: weather }]),
  'calls at the choice': {
    whole: json({
      choices: [{ message: { content: null }, tool_calls: [{ id: 'c', function: weather }] }],
    }),
    stream:
      event({ choices: [{ delta: {}, tool_calls: [{ index: 0, id: 'c', function: weather }] }] }) +
      chunk({}, 'tool_calls') +
      done,
    says: called,
  },
  "a call among parts, as Anthropic's": saying(
    { content: [{ type: 'tool_use', id: 'c', name: 'get_weather', input: { city: 'Paris' } }] },
    called,
    'tool_use',
  ),
};

const failed = (text: string): Odd => ({ ...alike(text), says: said({ error: boom }) });
const boom = { status: 502, code: 'model_failed', retryAfter: null, words: 'boom' };

/** Failures with a status of success. */
const failures: Readonly<Record<string, Odd>> = {
  'a text': failed('{"error":"boom"}'),
  'a list of errors': failed('{"errors":[{"message":"boom"}],"success":false}'),
  'a number and a text': failed('{"code":500,"msg":"boom","data":null}'),
  'an error in a list': failed('[{"error":{"message":"boom"}}]'),
  'a page': failed('<!doctype html><html><head><title>boom</title></head></html>'),
  'plain words': failed('boom happened'),
  'an error at the choice': failed(
    json({ choices: [{ message: null, finish_reason: 'error', error: { message: 'boom' } }] }),
  ),
  'a field of errors': failed('error: {"code":500,"message":"boom"}\n\n'),
};

const tables = { frames, contents, toolCalls, failures };
function quirkOf({ whole, stream, says = hello }: Odd): Quirk {
  const usual = says === called ? call(weather) : alike('');
  return {
    whole: whole ?? (usual.whole || usualWhole),
    stream: stream ?? (usual.stream || usualStream),
    says,
  };
}

describe.each(Object.entries(tables))('answers that are odd in their %s', (_kind, table) => {
  it('say the same over both interfaces, alone and in patterns', { timeout: 60_000 }, async () => {
    const quirks = Object.fromEntries(
      Object.entries(table).map(([name, odd]) => [name.replaceAll(/\W/g, '_'), quirkOf(odd)]),
    );
    await using it = await startQuirkServer(quirks, ['cascade', 'router']);
    const wrong = await wrongReadings(it, quirks);
    expect(wrong.slice(0, 3)).toEqual([]);
  });
});
