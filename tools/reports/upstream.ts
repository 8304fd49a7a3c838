import { afterAll, beforeAll } from 'vitest';
import { type Json, startGateway, type TestGateway } from '../../apps/gateway/start-gateway.ts';
import { openaiCompatible } from '../../src/entries/backends.ts';
import { startWireDouble, type WireDouble, type WireStep } from '../../src/testing/index.ts';

/**
 * What reports of users against gateways and servers of others are tried with: on `local`, a model
 * alone, and where a pattern could do better or worse on a cascade.
 */
export const [chat, responses] = ['/v1/chat/completions', '/v1/responses'];
export const [sse, json] = ['text/event-stream', 'application/json'];
export const tools = ['get_weather', 'now'].map(name => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } } } },
}));
export const flatTools = tools.map(({ function: called }) => ({ type: 'function', ...called }));

export function of(text: string, type = json, more: Partial<WireStep> = {}): WireStep {
  return { raw: text, ...more, headers: { 'content-type': type, ...more.headers } };
}

export function chunks(...deltas: readonly (object | string)[]): string {
  const events = deltas.map(delta => {
    const choice =
      typeof delta === 'string'
        ? { delta: {}, finish_reason: delta }
        : { delta, finish_reason: null };
    return `data: ${JSON.stringify({ id: 'x', choices: [{ index: 0, ...choice }] })}\n\n`;
  });
  return events.join('');
}

export function whole(message: object, finish = 'stop'): WireStep {
  const choice = { index: 0, message: { role: 'assistant', ...message }, finish_reason: finish };
  return of(JSON.stringify({ id: 'x', choices: [choice] }));
}

export const streamed = (...deltas: readonly (object | string)[]) =>
  of(`${chunks(...deltas)}data: [DONE]\n\n`, sse);

export function call(city: string, more: object = {}) {
  const called = { name: 'get_weather', arguments: `{"city":"${city}"}` };
  return { type: 'function', function: called, ...more };
}

const steps: WireStep[] = [];
let upstream: WireDouble;
export let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startWireDouble([{}], ({ path }) => ({
    step: (path.endsWith('/completions') && steps.shift()) || {},
  }));
  const modelAt = (place: 'device' | 'cloud') =>
    openaiCompatible({ model: place, endpoint: `${upstream.url}/v1`, place });
  const patience = { retry: { tries: 1 }, breaker: { failures: 1_000_000 } };
  gateway = await startGateway(
    { local: modelAt('device'), cloud: modelAt('cloud') },
    { ...patience, gateway: { allowOrigins: ['https://app.example'] } },
  );
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await upstream.close();
});

interface Heard {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** A whole answer; of a stream its events. */
  readonly value: Json;
  readonly sent: Json;
}

export async function heard(step: WireStep, body: object, path = chat): Promise<Heard> {
  // A cascade asks again.
  steps.splice(0, steps.length, step, step, step);
  const first = path === chat ? { messages: [{ role: 'user', content: 'hi' }] } : { input: 'hi' };
  const response = await gateway.send(path, { model: 'local', ...first, ...body });
  const text = await response.text();
  const { status, headers } = response;
  const isStream = headers.get('content-type')?.startsWith(sse);
  const events = [...text.matchAll(/^data: (\{.*)$/gm)].map(([, event]) => JSON.parse(event!));
  const value = isStream ? events : JSON.parse(text);
  return { status, headers, text, value, sent: upstream.requests.at(-1)?.body };
}

/** The calls of a stream, put together by their index as clients do. */
export function callsIn({ value }: Heard): string[] {
  const calls: string[] = [];
  for (const { choices } of value)
    for (const { index, function: { arguments: input = '' } = {} } of choices[0]?.delta
      .tool_calls ?? [])
      calls[index] = (calls[index] ?? '') + input;
  return calls;
}

export const both = ['{"city":"Paris"}', '{"city":"Rome"}'];
export const inStream = async (...deltas: readonly (object | string)[]) =>
  callsIn(await heard(streamed(...deltas, 'tool_calls'), { tools, stream: true }));
export const wholeCall = (calls: object[], finish = 'tool_calls') =>
  whole({ content: null, tool_calls: calls }, finish);
export const refusal = (status: number, error: unknown, headers = {}): WireStep => ({
  ...{ status, error, headers },
});
export const history = (input: string, result: unknown = 'ok', more: object = {}) => ({
  tools,
  messages: [
    { role: 'user', content: 'w' },
    {
      ...{ role: 'assistant', content: null, ...more },
      tool_calls: [
        { ...call('x', { id: 'i' }), function: { name: 'get_weather', arguments: input } },
      ],
    },
    { role: 'tool', tool_call_id: 'i', content: result },
  ],
});
export const sentCall = ({ sent }: Heard) => sent.messages[1].tool_calls[0].function.arguments;
const schema = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } };
export const jsonSchema = (more: object) => ({
  response_format: { type: 'json_schema', json_schema: { name: 'o', schema, ...more } },
});

/** A report: its repository and number, what is got now, and what must be. */
export type Report = readonly [name: string, got: () => Promise<unknown>, wanted: unknown];
