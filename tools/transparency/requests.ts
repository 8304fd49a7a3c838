/** Requests as clients of chat completions send them. */

type Request = Readonly<Record<string, unknown>>;

const user = (content: unknown) => ({ role: 'user', content });
const hi = [user('hi')];
const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Tells the weather.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const now = { type: 'function', function: { name: 'now' } };
const turn = (input: string, more: object = {}, result: unknown = 'ok') => [
  user('weather?'),
  {
    role: 'assistant',
    content: null,
    tool_calls: [
      { id: 'call_x1', type: 'function', function: { name: 'get_weather', arguments: input } },
    ],
    ...more,
  },
  { role: 'tool', tool_call_id: 'call_x1', content: result },
];
const schema = { type: 'object', properties: { a: { type: 'string' } }, required: [] };
const formatted = (json: object) => ({
  response_format: { type: 'json_schema', json_schema: { name: 'out', schema, ...json } },
});
const png =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAS' +
  'cY42YAAAAASUVORK5CYII=';
const picture = (more: object = {}) =>
  user([
    { type: 'text', text: 'see' },
    { type: 'image_url', image_url: { url: png, ...more } },
  ]);

const sampling: Request[] = [
  {},
  { temperature: 0 },
  { temperature: 2 },
  { temperature: 0.2, top_p: 0.9 },
  { top_p: 0 },
  { seed: 7 },
  { stop: 'END' },
  { stop: ['a', 'b', 'c', 'd'] },
  { stop: [] },
  { stop: null },
  { max_tokens: 20 },
  { max_completion_tokens: 20 },
  { frequency_penalty: -1, presence_penalty: 1 },
  { reasoning_effort: 'low' },
  { reasoning_effort: 'none' },
  { verbosity: 'low' },
  { temperature: null, top_p: null, seed: null },
  { user: 'me', metadata: { a: 'b' }, store: false },
  { safety_identifier: 'x', prompt_cache_key: 'y' },
];
const formats: Request[] = [
  { response_format: { type: 'text' } },
  { response_format: { type: 'json_object' } },
  formatted({ strict: true }),
  formatted({ strict: false }),
  formatted({}),
  formatted({ description: 'What is wanted.' }),
  formatted({ description: null, strict: null }),
];
const tools: Request[] = [
  { tools: [weather] },
  { tools: [weather], tool_choice: 'auto' },
  { tools: [weather], tool_choice: 'required' },
  { tools: [weather], tool_choice: 'none' },
  { tools: [weather], tool_choice: { type: 'function', function: { name: 'get_weather' } } },
  { tools: [weather, now], parallel_tool_calls: false },
  { tools: [weather, now], parallel_tool_calls: true },
  { tools: [now] },
  { tools: [{ ...weather, function: { ...weather.function, strict: true } }] },
  { tools: [{ ...weather, function: { ...weather.function, strict: false } }] },
  { tools: [{ ...weather, function: { ...weather.function, description: null } }] },
  { tools: [] },
];
const messages: Request[] = [
  [{ role: 'system', content: 'Be brief.' }, ...hi],
  [{ role: 'developer', content: 'Be brief.' }, ...hi],
  [user('a'), { role: 'system', content: 'now be brief' }, user('b')],
  [user('a'), { role: 'assistant', content: 'b' }, user('c')],
  [user('a'), { role: 'assistant', content: '' }, user('c')],
  [user('a'), { role: 'assistant', content: 'b', tool_calls: [], refusal: null }, user('c')],
  [user('a'), { role: 'assistant', content: 'The answer is' }],
  [user([{ type: 'text', text: 'one part' }])],
  [
    user([
      { type: 'text', text: 'two' },
      { type: 'text', text: ' parts' },
    ]),
  ],
  [user('Grüße 👩‍👩‍👧‍👦 日本 \u2028 \u0000 ﷽')],
  [user('')],
  [user('x'.repeat(20_000))],
  [picture()],
  [picture({ detail: 'low' })],
  [user([{ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }])],
  turn('{"city":"Paris"}'),
  turn('{ "id": 1234567890123456789,  "price": 1.10 }'),
  turn('{"city":"Par'),
  turn('{"city":"M\\u00fcnchen"}'),
  turn('[]'),
  turn('{}', { reasoning_content: 'I think' }),
  turn('{}', { content: 'I look.' }),
  turn('{}', {}, ''),
].map(each => ({ messages: each }));

/** Every request; those without messages say hi. */
export const requests: readonly Request[] = [
  ...sampling,
  ...formats,
  ...tools,
  ...messages,
  { tools: [weather], messages: turn('{"city":"Paris"}'), temperature: 0.5 },
].map(each => ({ messages: hi, ...each }));
