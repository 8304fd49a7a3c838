/** Answers of Anthropic's messages and of OpenAI's responses in place of chat completions. */
import { describe, expect, it } from 'vitest';
import { both, called, hello, type Named, named, type Odd } from './odd-texts.ts';
import { startQuirkServer } from './quirk-server.ts';
import { said } from './said.ts';
import { wrongReadings } from './wrong-readings.ts';

const anthropic = (content: unknown, stop = 'end_turn', more: object = {}) =>
  JSON.stringify({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude',
    content,
    stop_reason: stop,
    stop_sequence: null,
    usage: { input_tokens: 5, output_tokens: 3 },
    ...more,
  });
const aStart = named({
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 5, output_tokens: 1 },
  },
});
const aEnd = (stop = 'end_turn') =>
  named({
    type: 'message_delta',
    delta: { stop_reason: stop, stop_sequence: null },
    usage: { output_tokens: 3 },
  }) + named({ type: 'message_stop' });
const block = (index: number, content_block: object, deltas: object[]) =>
  named({ type: 'content_block_start', index, content_block }) +
  deltas.map(delta => named({ type: 'content_block_delta', index, delta })).join('') +
  named({ type: 'content_block_stop', index });
const aText = (i = 0) =>
  block(i, { type: 'text', text: '' }, [
    { type: 'text_delta', text: 'Hello' },
    { type: 'text_delta', text: ' world.' },
  ]);
const aTool = (i = 0) =>
  block(i, { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: {} }, [
    { type: 'input_json_delta', partial_json: '' },
    { type: 'input_json_delta', partial_json: '{"city":' },
    { type: 'input_json_delta', partial_json: '"Paris"}' },
  ]);
const response = (output: object[], more: object = {}) =>
  JSON.stringify({
    id: 'resp_1',
    object: 'response',
    created_at: 1_764_300_000,
    status: 'completed',
    model: 'm',
    output,
    usage: { input_tokens: 5, output_tokens: 3, total_tokens: 8 },
    error: null,
    ...more,
  });
const rMsg = {
  type: 'message',
  id: 'msg_1',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'Hello world.', annotations: [] }],
};
const rCall = {
  type: 'function_call',
  id: 'fc_1',
  call_id: 'call_1',
  name: 'get_weather',
  arguments: '{"city":"Paris"}',
  status: 'completed',
};
const rEvents = (mid: readonly Named[], output: object[], more = {}) =>
  named({
    type: 'response.created',
    response: { id: 'resp_1', object: 'response', status: 'in_progress', output: [] },
  }) +
  mid.map(named).join('') +
  named({ type: 'response.completed', response: JSON.parse(response(output, more)) });
const rText = [
  {
    type: 'response.output_item.added',
    output_index: 0,
    item: { ...rMsg, content: [], status: 'in_progress' },
  },
  {
    type: 'response.content_part.added',
    output_index: 0,
    content_index: 0,
    part: { type: 'output_text', text: '' },
  },
  { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Hello' },
  { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: ' world.' },
  { type: 'response.output_text.done', output_index: 0, content_index: 0, text: 'Hello world.' },
  { type: 'response.output_item.done', output_index: 0, item: rMsg },
];
const rCallEvents = [
  { type: 'response.output_item.added', output_index: 0, item: { ...rCall, arguments: '' } },
  {
    type: 'response.function_call_arguments.delta',
    output_index: 0,
    item_id: 'fc_1',
    delta: '{"city":',
  },
  {
    type: 'response.function_call_arguments.delta',
    output_index: 0,
    item_id: 'fc_1',
    delta: '"Paris"}',
  },
  {
    type: 'response.function_call_arguments.done',
    output_index: 0,
    item_id: 'fc_1',
    arguments: '{"city":"Paris"}',
  },
  { type: 'response.output_item.done', output_index: 0, item: rCall },
];
const usual = both({ content: 'Hello world.' }, hello);
const tables: Readonly<Record<string, Readonly<Record<string, Odd>>>> = {
  anthropic: {
    text: {
      whole: anthropic([{ type: 'text', text: 'Hello world.' }]),
      stream: aStart + named({ type: 'ping' }) + aText() + aEnd(),
      says: { ...hello, usage: { input: 5, output: 3 } },
    },
    textNoNames: {
      whole: anthropic([
        { type: 'text', text: 'Hello ' },
        { type: 'text', text: 'world.' },
      ]),
      stream: (aStart + aText() + aEnd()).replaceAll(/event: .*\n/g, ''),
      says: { ...hello, usage: { input: 5, output: 3 } },
    },
    thinking: {
      whole: anthropic([
        { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
        { type: 'text', text: 'Hello world.' },
      ]),
      stream:
        aStart +
        block(0, { type: 'thinking', thinking: '' }, [
          { type: 'thinking_delta', thinking: 'Hm' },
          { type: 'thinking_delta', thinking: '.' },
          { type: 'signature_delta', signature: 'sig' },
        ]) +
        aText(1) +
        aEnd(),
      says: { ...hello, reasoning: 'Hm.' },
    },
    tool: {
      whole: anthropic(
        [{ type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Paris' } }],
        'tool_use',
      ),
      stream: aStart + aTool() + aEnd('tool_use'),
      says: called,
    },
    textAndTool: {
      whole: anthropic(
        [
          { type: 'text', text: 'Hello world.' },
          { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Paris' } },
        ],
        'tool_use',
      ),
      stream: aStart + aText() + aTool(1) + aEnd('tool_use'),
      says: { ...called, text: 'Hello world.' },
    },
    cut: {
      whole: anthropic([{ type: 'text', text: 'Hello world.' }], 'max_tokens'),
      stream: aStart + aText() + aEnd('max_tokens'),
      says: { ...hello, finish: 'length' },
    },
    refusal: {
      whole: anthropic([{ type: 'text', text: 'Hello world.' }], 'refusal'),
      stream: aStart + aText() + aEnd('refusal'),
      says: { ...hello, finish: 'content_filter' },
    },
    wholeOnStream: {
      whole: aStart + aText() + aEnd(),
      stream: anthropic([{ type: 'text', text: 'Hello world.' }]),
      says: hello,
    },
    error: {
      whole: JSON.stringify({
        type: 'error',
        error: { type: 'overloaded_error', message: 'boom' },
      }),
      stream: named({ type: 'error', error: { type: 'overloaded_error', message: 'boom' } }),
      says: said({ error: { status: 502, code: 'model_failed', retryAfter: null, words: 'boom' } }),
    },
    legacy: {
      whole: JSON.stringify({
        type: 'completion',
        id: 'c',
        completion: 'Hello world.',
        stop_reason: 'stop_sequence',
        model: 'claude',
      }),
      stream: ['Hello', ' world.']
        .map((c, i) =>
          named({
            type: 'completion',
            id: 'c',
            completion: c,
            stop_reason: i ? 'stop_sequence' : null,
          }),
        )
        .join(''),
      says: hello,
    },
    bigint: {
      whole: anthropic(
        [{ type: 'tool_use', id: 't', name: 'get_weather', input: { city: 1 } }],
        'tool_use',
      ).replace('"city":1', '"city":12345678901234567890'),
      stream:
        aStart +
        block(0, { type: 'tool_use', id: 't', name: 'get_weather', input: {} }, [
          { type: 'input_json_delta', partial_json: '{"city":12345678901234567890}' },
        ]) +
        aEnd('tool_use'),
      says: {
        ...called,
        calls: [{ name: 'get_weather', arguments: '{"city":12345678901234567890}' }],
      },
    },
    twoTools: {
      whole: anthropic(
        [
          { type: 'tool_use', id: 'a', name: 'get_weather', input: { city: 'Paris' } },
          { type: 'tool_use', id: 'b', name: 'now', input: {} },
        ],
        'tool_use',
      ),
      stream:
        aStart +
        aTool(0) +
        block(1, { type: 'tool_use', id: 'b', name: 'now', input: {} }, []) +
        aEnd('tool_use'),
      says: { ...called, calls: [...called.calls, { name: 'now', arguments: '{}' }] },
    },
  },
  responses: {
    text: {
      whole: response([rMsg]),
      stream: rEvents(rText, [rMsg]),
      says: { ...hello, usage: { input: 5, output: 3 } },
    },
    textAllAtEnd: {
      whole: response([rMsg], { output_text: 'Hello world.' }),
      stream: rEvents([], [rMsg]),
      says: hello,
    },
    noFinalOutput: { whole: response([rMsg]), stream: rEvents(rText, []), says: hello },
    reasoning: {
      whole: response([
        { type: 'reasoning', id: 'r', summary: [{ type: 'summary_text', text: 'Hm.' }] },
        rMsg,
      ]),
      stream: rEvents(
        [
          { type: 'response.reasoning_summary_text.delta', delta: 'Hm.', output_index: 0 },
          ...rText,
        ],
        [rMsg],
      ),
      says: { ...hello, reasoning: 'Hm.' },
    },
    call: { whole: response([rCall]), stream: rEvents(rCallEvents, [rCall]), says: called },
    cut: {
      whole: response([rMsg], {
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
      }),
      stream: rEvents(rText, [rMsg], {
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
      }).replaceAll('response.completed', 'response.incomplete'),
      says: { ...hello, finish: 'length' },
    },
    refusal: {
      whole: response([{ ...rMsg, content: [{ type: 'refusal', refusal: 'I cannot.' }] }]),
      stream: rEvents(
        [{ type: 'response.refusal.delta', delta: 'I cannot.', output_index: 0 }],
        [{ ...rMsg, content: [{ type: 'refusal', refusal: 'I cannot.' }] }],
      ),
      says: said({ refusal: 'I cannot.' }),
    },
    failed: {
      whole: response([], { status: 'failed', error: { code: 'server_error', message: 'boom' } }),
      stream: rEvents([], [], {
        status: 'failed',
        error: { code: 'server_error', message: 'boom' },
      }).replaceAll('response.completed', 'response.failed'),
      says: said({ error: { status: 502, code: 'model_failed', retryAfter: null, words: 'boom' } }),
    },
  },
};

// Where a protocol has one of both forms alone, the other is as usual.
function quirkOf({ whole: text, stream, says }: Odd) {
  return { says, whole: text ?? usual.whole, stream: stream ?? usual.stream };
}

describe.each(Object.entries(tables))('answers: %s', (_kind, table) => {
  it('are read as they are meant, alone and in patterns', { timeout: 120_000 }, async () => {
    const quirks = Object.fromEntries(
      Object.entries(table).map(([name, odd]) => [name.replaceAll(/\W/g, '_'), quirkOf(odd)]),
    );
    await using it = await startQuirkServer(quirks, ['cascade', 'router']);
    expect((await wrongReadings(it, quirks)).slice(0, 3)).toEqual([]);
  });
});
