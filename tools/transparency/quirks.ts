import { type Said, said } from './said.ts';

/** How a server answers, and what its answer says. */
export interface Quirk {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body of a whole answer. */
  readonly whole: string;
  /** The body of a streamed one. */
  readonly stream: string;
  readonly says: Said;
}

const base = { id: 'chatcmpl-1', created: 1_764_300_000, model: 'm' };
const counts = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 };
const usage = { input: 5, output: 3 };
const done = 'data: [DONE]\n\n';

const event = (value: object) =>
  `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', ...value })}\n\n`;
const chunk = (delta: object | null, finish: string | null = null) =>
  event({ choices: [{ index: 0, delta, finish_reason: finish }] });
const ending = event({ choices: [], usage: counts }) + done;
const call = (id: string, city: string, index?: number) => ({
  ...(index !== undefined && { index }),
  id,
  type: 'function',
  function: { name: 'get_weather', arguments: `{"city":"${city}"}` },
});
const wholeOf = (message: object, finish: string | null = 'stop', more: object = {}) =>
  JSON.stringify({
    ...base,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
    usage: counts,
    ...more,
  });

const hello = said({ text: 'Hello world.', usage });
const helloWhole = wholeOf({ content: 'Hello world.' });
const words = chunk({ content: 'Hello' }) + chunk({ content: ' world.' });
const helloStream = words + chunk({}, 'stop') + ending;
const streamed = (stream: string): Quirk => ({ whole: helloWhole, stream, says: hello });
const paris = { name: 'get_weather', arguments: '{"city":"Paris"}' };
const rome = { name: 'get_weather', arguments: '{"city":"Rome"}' };
const called = said({ calls: [paris], finish: 'tool_calls', usage });
const both = said({ calls: [paris, rome], finish: 'tool_calls', usage });

/** Calls in one answer, in the pieces of a stream. */
function calling(
  calls: readonly object[],
  deltas: readonly object[],
  { says, finish = 'tool_calls' }: { says: Said; finish?: string },
): Quirk {
  return {
    whole: wholeOf({ content: null, tool_calls: calls }, finish),
    stream: deltas.map(delta => chunk(delta)).join('') + chunk({}, finish) + ending,
    says,
  };
}

function refusing(
  status: number,
  error: unknown,
  says: Partial<NonNullable<Said['error']>> & { readonly words: string },
  headers: Record<string, string> = {},
): Quirk {
  const body = typeof error === 'string' ? error : JSON.stringify(error);
  const facts = { status, code: 'model_failed', retryAfter: null, ...says };
  return { status, headers, whole: body, stream: body, says: said({ error: facts }) };
}

const piece = (index: number, text: string) => ({
  tool_calls: [{ index, function: { arguments: text } }],
});

/** Answers whose text, thoughts and ends come in one form or another. */
export const textQuirks: Readonly<Record<string, Quirk>> = {
  usual: { whole: helloWhole, stream: helloStream, says: hello },
  filterResultsFirst: streamed(event({ choices: [], prompt_filter_results: [] }) + helloStream),
  chunkWithoutChoices: streamed(event({}) + helloStream),
  deltaNull: streamed(chunk(null) + words + chunk(null, 'stop') + ending),
  contentNull: streamed(chunk({ role: 'assistant', content: null }) + helloStream),
  usageWithFinish: streamed(
    words +
      event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: counts }) +
      done,
  ),
  withoutDone: streamed(words + chunk({}, 'stop') + event({ choices: [], usage: counts })),
  finishWithText: streamed(
    chunk({ content: 'Hello' }) + chunk({ content: ' world.' }, 'stop') + ending,
  ),
  finishEmpty: streamed(
    chunk({ content: 'Hello' }, '') +
      chunk({ content: ' world.' }, '') +
      chunk({}, 'stop') +
      ending,
  ),
  carriageReturns: streamed(helloStream.replaceAll('\n', '\r\n')),
  withoutSpace: streamed(helloStream.replaceAll('data: ', 'data:')),
  comments: streamed(`: PROCESSING\n\n${helloStream.replace('data', ': hi\n\ndata')}`),
  pings: streamed(`event: ping\ndata: {"type":"ping"}\n\n${helloStream}`),
  numberedEvents: streamed(helloStream.replaceAll('data: {', 'id: 1\nevent: message\ndata: {')),
  byteOrderMark: streamed(`\ufeff${helloStream}`),
  documentForStream: streamed(helloWhole),
  streamForDocument: { whole: helloStream, stream: helloStream, says: hello },
  createdAsText: {
    whole: wholeOf({ content: 'Hello world.' }, 'stop', { created: '1' }),
    stream: helloStream.replaceAll('"created":1764300000', '"created":"1"'),
    says: hello,
  },
  countsAsText: {
    whole: wholeOf({ content: 'Hello world.' }, 'stop', {
      usage: { prompt_tokens: '5', completion_tokens: '3' },
    }),
    stream: helloStream,
    says: hello,
  },
  contentParts: {
    whole: wholeOf({ content: [{ type: 'text', text: 'Hello world.' }] }),
    stream:
      chunk({ content: [{ type: 'text', text: 'Hello world.' }] }) + chunk({}, 'stop') + ending,
    says: hello,
  },
  otherEnd: {
    whole: wholeOf({ content: 'Hello world.' }, 'eos_token'),
    stream: words + chunk({}, 'eos_token') + ending,
    says: hello,
  },
  cutByLength: {
    whole: wholeOf({ content: 'Hello world.' }, 'length'),
    stream: words + chunk({}, 'length') + ending,
    says: { ...hello, finish: 'length' },
  },
  cutByFilter: {
    whole: wholeOf({ content: 'Hello world.' }, 'content_filter'),
    stream: words + chunk({}, 'content_filter') + ending,
    says: { ...hello, finish: 'content_filter' },
  },
  refusal: {
    whole: wholeOf({ content: null, refusal: 'I cannot.' }),
    stream: chunk({ refusal: 'I can' }) + chunk({ refusal: 'not.' }) + chunk({}, 'stop') + ending,
    says: said({ refusal: 'I cannot.', usage }),
  },
  thoughts: {
    whole: wholeOf({ content: 'Hello world.', reasoning_content: 'Let me.' }),
    stream: chunk({ reasoning_content: 'Let me.' }) + helloStream,
    says: { ...hello, reasoning: 'Let me.' },
  },
  thoughtsOfOtherName: {
    whole: wholeOf({ content: 'Hello world.', reasoning: 'Let me.' }),
    stream: chunk({ reasoning: 'Let' }) + chunk({ reasoning: ' me.' }) + helloStream,
    says: { ...hello, reasoning: 'Let me.' },
  },
  thoughtsInDetails: {
    whole: wholeOf({
      content: 'Hello world.',
      reasoning_details: [{ type: 'reasoning.text', text: 'Let me.' }],
    }),
    stream:
      chunk({ reasoning_details: [{ type: 'reasoning.text', text: 'Let me.' }] }) + helloStream,
    says: { ...hello, reasoning: 'Let me.' },
  },
  olderCompletion: {
    whole: wholeOf({ content: 'Hello world.' }),
    stream:
      event({ choices: [{ index: 0, text: 'Hello world.', finish_reason: null }] }) +
      chunk({}, 'stop') +
      ending,
    says: hello,
  },
  countsOfOddNumbers: {
    whole: wholeOf({ content: 'Hello world.' }, 'stop', {
      usage: { prompt_tokens: 5.2, completion_tokens: -1 },
    }),
    stream:
      words +
      chunk({}, 'stop') +
      event({ choices: [], usage: { prompt_tokens: 5.2, completion_tokens: -1 } }) +
      done,
    says: { ...hello, usage: { input: 5, output: 0 } },
  },
  thoughtsInTags: {
    whole: wholeOf({ content: '<think>Let me.</think>\n\nHello world.' }),
    stream: chunk({ content: '<think>Let me.</think>\n\n' }) + helloStream,
    says: { ...hello, reasoning: 'Let me.' },
  },
  nothing: {
    whole: wholeOf({ content: '' }),
    stream: chunk({ role: 'assistant', content: '' }) + chunk({}, 'stop') + ending,
    says: said({ usage }),
  },
  nothingButNull: {
    whole: wholeOf({ content: null }),
    stream: chunk({}, 'stop') + ending,
    says: said({ usage }),
  },
  nothingButBreaks: {
    whole: wholeOf({ content: '\n\n' }),
    stream: chunk({ content: '\n' }) + chunk({ content: '\n' }) + chunk({}, 'stop') + ending,
    says: said({ text: '\n\n', usage }),
  },
  spaces: {
    whole: wholeOf({ content: '  \n\tHi ' }),
    stream: chunk({ content: '  \n' }) + chunk({ content: '\tHi ' }) + chunk({}, 'stop') + ending,
    says: said({ text: '  \n\tHi ', usage }),
  },
  otherAlphabets: {
    whole: wholeOf({ content: 'Grüße 👩‍👩‍👧 日本 \u2028' }),
    stream:
      chunk({ content: 'Grüße 👩‍👩‍👧' }) +
      chunk({ content: ' 日本 \u2028' }) +
      chunk({}, 'stop') +
      ending,
    says: said({ text: 'Grüße 👩‍👩‍👧 日本 \u2028', usage }),
  },
};

const cut = { name: 'get_weather', arguments: '{"city":"Par' };
const exact = '{"id": 1234567890123456789, "price": 1.10}';

/** Answers that call tools. */
export const callQuirks: Readonly<Record<string, Quirk>> = {
  call: calling([call('call_a', 'Paris')], [{ tool_calls: [call('call_a', 'Paris', 0)] }], {
    says: called,
  }),
  callInPieces: calling(
    [call('call_a', 'Paris')],
    [
      {
        tool_calls: [{ index: 0, id: 'call_a', function: { name: 'get_weather', arguments: '' } }],
      },
      piece(0, '{"ci'),
      piece(0, 'ty":"Paris"}'),
    ],
    { says: called },
  ),
  callsOfOneId: calling(
    [call('call_1', 'Paris'), call('call_1', 'Rome')],
    [{ tool_calls: [call('call_1', 'Paris', 0)] }, { tool_calls: [call('call_1', 'Rome', 1)] }],
    { says: both },
  ),
  callsWithoutIndex: calling(
    [call('call_a', 'Paris'), call('call_b', 'Rome')],
    [{ tool_calls: [call('call_a', 'Paris')] }, { tool_calls: [call('call_b', 'Rome')] }],
    { says: both },
  ),
  callsOfOneIndex: calling(
    [call('call_a', 'Paris'), call('call_b', 'Rome')],
    [{ tool_calls: [call('call_a', 'Paris', 0)] }, { tool_calls: [call('call_b', 'Rome', 0)] }],
    { says: both },
  ),
  callsInterleaved: calling(
    [call('call_a', 'Paris'), call('call_b', 'Rome')],
    [
      {
        tool_calls: [{ index: 0, id: 'call_a', function: { name: 'get_weather', arguments: '{' } }],
      },
      {
        tool_calls: [{ index: 1, id: 'call_b', function: { name: 'get_weather', arguments: '{' } }],
      },
      piece(0, '"city":"Paris"}'),
      piece(1, '"city":"Rome"}'),
    ],
    { says: both },
  ),
  callWithoutId: calling([call('', 'Paris')], [{ tool_calls: [call('', 'Paris', 0)] }], {
    says: called,
  }),
  callThatEndsWithStop: calling(
    [call('call_a', 'Paris')],
    [{ tool_calls: [call('call_a', 'Paris', 0)] }],
    { says: called, finish: 'stop' },
  ),
  callWithoutInput: calling(
    [{ id: 'call_a', type: 'function', function: { name: 'get_weather', arguments: '' } }],
    [
      {
        tool_calls: [{ index: 0, id: 'call_a', function: { name: 'get_weather', arguments: '' } }],
      },
    ],
    { says: { ...called, calls: [{ name: 'get_weather', arguments: '{}' }] } },
  ),
  callOfExactDigits: calling(
    [{ id: 'call_a', function: { name: 'get_weather', arguments: exact } }],
    [
      {
        tool_calls: [
          { index: 0, id: 'call_a', function: { name: 'get_weather', arguments: exact } },
        ],
      },
    ],
    { says: { ...called, calls: [{ name: 'get_weather', arguments: exact }] } },
  ),
  callCut: calling(
    [{ id: 'call_a', function: cut }],
    [{ tool_calls: [{ index: 0, id: 'call_a', function: cut }] }],
    { says: said({ calls: [cut], finish: 'length', usage }), finish: 'length' },
  ),
  callWithText: {
    whole: wholeOf({ content: 'I look.', tool_calls: [call('call_a', 'Paris')] }, 'tool_calls'),
    stream:
      chunk({ content: 'I look.' }) +
      chunk({ tool_calls: [call('call_a', 'Paris', 0)] }) +
      chunk({}, 'tool_calls') +
      ending,
    says: { ...called, text: 'I look.' },
  },
  callOfOlderForm: {
    whole: wholeOf({ content: null, function_call: paris }, 'function_call'),
    stream:
      chunk({ function_call: { name: 'get_weather', arguments: '{"ci' } }) +
      chunk({ function_call: { arguments: 'ty":"Paris"}' } }) +
      chunk({}, 'function_call') +
      ending,
    says: called,
  },
  callWithoutLevel: calling(
    [{ id: 'call_a', ...paris }],
    [{ tool_calls: [{ index: 0, id: 'call_a', ...paris }] }],
    { says: called },
  ),
  callAlone: {
    whole: wholeOf({ content: null, tool_calls: call('call_a', 'Paris') }, 'tool_calls'),
    stream: chunk({ tool_calls: call('call_a', 'Paris', 0) }) + chunk({}, 'tool_calls') + ending,
    says: called,
  },
  callSigned: calling(
    [{ ...call('call_a', 'Paris'), extra_content: { google: { thought_signature: 's==' } } }],
    [
      {
        tool_calls: [
          {
            ...call('call_a', 'Paris', 0),
            extra_content: { google: { thought_signature: 's==' } },
          },
        ],
      },
    ],
    { says: { ...called, signature: 's==' } },
  ),
};

/** Answers that are refusals of the server. */
export const refusals: Readonly<Record<string, Quirk>> = {
  rateLimit: refusing(
    429,
    { error: { message: 'Rate limit reached', code: 'rate_limit_exceeded' } },
    { words: 'Rate limit reached', code: 'rate_limit_exceeded', retryAfter: '37' },
    { 'retry-after': '37' },
  ),
  quota: refusing(
    429,
    { error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } },
    { words: 'exceeded your current quota', code: 'insufficient_quota' },
  ),
  tooLong: refusing(
    400,
    { error: { message: 'maximum context length is 9', code: 'context_length_exceeded' } },
    { words: 'maximum context length', code: 'context_length_exceeded' },
  ),
  filtered: refusing(
    400,
    { error: { message: 'The prompt was filtered', code: 'content_filter' } },
    { words: 'was filtered', code: 'content_filter' },
  ),
  unknownModel: refusing(
    404,
    { error: { message: 'no such model', code: 'model_not_found' } },
    { words: 'no such model', code: 'model_not_found' },
  ),
  loading: refusing(
    503,
    { error: { message: 'loading model' } },
    { words: 'loading model', retryAfter: '20' },
    { 'retry-after': '20' },
  ),
  overloadedWithSuccess: {
    ...refusing(
      200,
      { error: { message: 'Overloaded for now', code: 503 } },
      { words: 'Overloaded for now', status: 503, retryAfter: '5' },
    ),
    stream: 'data: {"error":{"message":"Overloaded for now","code":503}}\n\n',
  },
  failed: refusing(500, 'CUDA out of memory', { words: 'CUDA out of memory', status: 502 }),
};
