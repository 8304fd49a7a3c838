import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { startWireDouble } from '../../src/testing/index.ts';
import {
  both,
  call,
  callsIn,
  chat,
  gateway,
  heard,
  history,
  json,
  jsonSchema,
  of,
  type Report,
  refusal,
  responses,
  sentCall,
  streamed,
  tools,
  whole,
  wholeCall,
} from './upstream.ts';

const reports: readonly Report[] = [
  [
    'tael-protocol/tael#162, theopenco/llmgateway#2725: a redirect does not carry the prompt away',
    async () => {
      await using other = await startWireDouble([{}]);
      const step = of('', json, {
        status: 307,
        headers: { location: `${other.url}/v1/chat/completions` },
      });
      const { status } = await heard(step, {});
      return [status >= 400, other.requests.length];
    },
    [true, 0],
  ],
  [
    'earendil-works/pi#8943: arguments keep their digits',
    async () => sentCall(await heard({}, history('{"id": 1234567890123456789, "p": 1.10}'))),
    '{"id": 1234567890123456789, "p": 1.10}',
  ],
  [
    'NousResearch/hermes-agent#111686: parallel calls of one id, through a cascade',
    async () => {
      const step = wholeCall([call('Paris', { id: 'a' }), call('Rome', { id: 'a' })]);
      return callsIn(await heard(step, { model: 'cascade', tools, stream: true }));
    },
    both,
  ],
  [
    'juspay/neurolink#1691, GD4AI/obsidian-llm-wiki#658: a schema is strict where it is said to be',
    async () => {
      const not = await heard({}, jsonSchema({ strict: false }));
      const silent = await heard({}, jsonSchema({}));
      return [not, silent].map(({ sent }) => sent.response_format.json_schema.strict ?? false);
    },
    [false, false],
  ],
  [
    'router-for-me/CLIProxyAPI#2001, local-inference-lab/vllm#684: a cut call may be sent back',
    async () => sentCall(await heard({}, history('{"city":"Par'))),
    '{"city":"Par',
  ],
  [
    'vllm-project/agentic-api#127: `parallel_tool_calls`',
    async () => (await heard({}, { tools, parallel_tool_calls: false })).sent.parallel_tool_calls,
    false,
  ],
  [
    'ogx-ai/ogx#4986: the fields of a response',
    async () => {
      const { value } = await heard({}, {}, responses);
      const wanted = [
        'completed_at',
        'presence_penalty',
        'top_logprobs',
        'service_tier',
        'max_tool_calls',
      ];
      return wanted.filter(name => !(name in value));
    },
    [],
  ],
  [
    'lidge-jun/opencodex#3767: a refusal in its field',
    async () => {
      const { value } = await heard(whole({ content: null, refusal: 'No.' }), {}, responses);
      return value.output[0].content[0];
    },
    { type: 'refusal', refusal: 'No.' },
  ],
  [
    'majiayu000/litellm-rs#512: thoughts in a stream of responses',
    async () => {
      const step = streamed({ reasoning_content: 'T' }, { content: 'Hi' }, 'stop');
      return (await heard(step, { stream: true }, responses)).value.at(-1).response.output[0].type;
    },
    'reasoning',
  ],
  [
    'langchain-ai/langchain#39370: thoughts of a turn before',
    async () =>
      (await heard({}, history('{}', 'ok', { reasoning_content: 'T' }))).sent.messages[1]
        .reasoning_content,
    'T',
  ],
  [
    'BerriAI/litellm#21553, diegosouzapw/OmniRoute#6460: when to come again',
    async () => {
      const limited = await heard(
        refusal(429, { error: { message: 'slow down' } }, { 'retry-after': '37' }),
        {},
      );
      return [limited.status, limited.headers.get('retry-after')];
    },
    [429, '37'],
  ],
  [
    'musistudio/claude-code-router#1799: a prompt that is too long has its code',
    async () => {
      const error = { message: 'maximum context length', code: 'context_length_exceeded' };
      return (await heard(refusal(400, { error }), {})).value.error.code;
    },
    'context_length_exceeded',
  ],
  [
    'open-webui/open-webui#14955: an error that is a text',
    async () =>
      (await heard(refusal(400, { error: 'm does not support tools' }), {})).value.error.message,
    expect.stringContaining('does not support tools'),
  ],
  [
    'openai/openai-agents-js#664: no arguments',
    async () => {
      const called = { id: 'a', type: 'function', function: { name: 'now', arguments: '' } };
      const { value } = await heard(wholeCall([called]), { tools });
      return value.choices[0].message.tool_calls[0].function.arguments;
    },
    '{}',
  ],
  [
    'ggml-org/llama.cpp#20198: arguments that are an object',
    async () => {
      const called = {
        id: 'a',
        type: 'function',
        function: { name: 'get_weather', arguments: { city: 'Paris' } },
      };
      const { value } = await heard(wholeCall([called]), { tools });
      return JSON.parse(value.choices[0].message.tool_calls[0].function.arguments);
    },
    { city: 'Paris' },
  ],
  [
    'anomalyco/opencode#14972, mastra-ai/mastra#14187: calls end with "tool_calls"',
    async () => {
      const { value } = await heard(wholeCall([call('Paris', { id: 'a' })], 'stop'), { tools });
      const step = streamed({ tool_calls: [call('Paris', { index: 0, id: 'a' })] }, 'stop');
      const { text } = await heard(step, { tools, stream: true });
      return [value.choices[0].finish_reason, text.includes('"finish_reason":"tool_calls"')];
    },
    ['tool_calls', true],
  ],
  [
    'QuantumNous/new-api#4913: a compressed request',
    async () => {
      const ask = { model: 'local', messages: [{ role: 'user', content: 'hi' }] };
      const body = new Uint8Array(gzipSync(JSON.stringify(ask)));
      const headers = { 'content-type': json, 'content-encoding': 'gzip' };
      return (await gateway.send(chat, undefined, { method: 'POST', body, headers })).status;
    },
    200,
  ],
  [
    'lidge-jun/opencodex#1773: an allowed page may use the official client',
    async () => {
      const headers = {
        ...{ origin: 'https://app.example', 'access-control-request-method': 'POST' },
        'access-control-request-headers': 'authorization,content-type,x-stainless-os,x-tandem-mask',
      };
      const answer = await gateway.send(chat, undefined, { method: 'OPTIONS', headers });
      return answer.headers.get('access-control-allow-headers');
    },
    expect.stringMatching(/x-stainless-os.*x-tandem-mask|\*/),
  ],
  [
    'mistralai/mistral-vibe#619: JSON for a stream',
    async () => (await heard(whole({ content: 'Hi' }), { stream: true })).text,
    expect.stringContaining('"content":"Hi"'),
  ],
  [
    'CommandCodeAI/command-code#885: a tool that nothing here runs',
    async () => {
      const { status, value } = await heard({}, { tools: [{ type: 'web_search' }] }, responses);
      return [status, value.tandem.warnings.join()];
    },
    [200, expect.stringContaining('web_search')],
  ],
];

it.each(reports)('%s', async (_, got, wanted) => {
  expect(await got()).toEqual(wanted);
});

it('is of so many reports', () => {
  expect(reports.flatMap(([name]) => name.match(/#\d+/g) ?? [])).toHaveLength(25);
});
