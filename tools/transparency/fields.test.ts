/**
 * Every field that OpenAI's clients send, by every pattern, over both interfaces: it reaches a
 * model, or the answer names it, or the request is refused. Nothing is lost in silence.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { jsonOf, startGateway } from '../../apps/gateway/start-gateway.ts';
import { openaiCompatible } from '../../src/entries/backends.ts';

type Fields = Readonly<Record<string, unknown>>;

const named = { name: 'now', description: 'The time.', parameters: { type: 'object' } };
const schema = {
  type: 'object',
  properties: { a: { type: 'string' } },
  required: ['a'],
  additionalProperties: false,
};

/** What both interfaces take under one name. */
const shared: Readonly<Record<string, Fields>> = {
  temperature: { temperature: 0.35 },
  'top p': { top_p: 0.85 },
  'frequency penalty': { frequency_penalty: 0.5 },
  'presence penalty': { presence_penalty: 0.5 },
  'reasoning effort': { reasoning_effort: 'low' },
  verbosity: { verbosity: 'low' },
  'most tokens': { max_tokens: 99 },
  'most completion tokens': { max_completion_tokens: 99 },
  'a JSON object': { response_format: { type: 'json_object' } },
  'logit bias': { logit_bias: { 50256: -100 } },
  prediction: { prediction: { type: 'content', content: 'x' } },
  modalities: { modalities: ['text', 'audio'] },
  audio: { audio: { voice: 'alloy', format: 'wav' } },
  'web search options': { web_search_options: {} },
  'service tier': { service_tier: 'flex' },
  'a hosted tool': { tools: [{ type: 'web_search' }] },
  'top k': { top_k: 5 },
  'min p': { min_p: 0.1 },
  'repetition penalty': { repetition_penalty: 1.1 },
  'thinking of a template': { chat_template_kwargs: { enable_thinking: false } },
  grammar: { grammar: 'root ::= "x"' },
  'a field of tomorrow': { field_of_tomorrow: 1 },
};

function withTools(tool: object, choice: object): Readonly<Record<string, Fields>> {
  const tools = [tool];
  return {
    tools: { tools },
    'a demanded call': { tools, tool_choice: 'required' },
    'a demanded tool': { tools, tool_choice: choice },
    'no call': { tools, tool_choice: 'none' },
    'one call at a time': { tools, parallel_tool_calls: false },
  };
}

const chatFields: Readonly<Record<string, Fields>> = {
  ...shared,
  ...withTools(
    { type: 'function', function: named },
    { type: 'function', function: { name: 'now' } },
  ),
  seed: { seed: 7 },
  stop: { stop: ['ZZZ'] },
  'log-probabilities': { logprobs: true, top_logprobs: 3 },
  'a schema': {
    response_format: { type: 'json_schema', json_schema: { name: 'o', schema, strict: true } },
  },
  'older functions': { functions: [named], function_call: { name: 'now' } },
  'a custom tool': { tools: [{ type: 'custom', custom: { name: 'now' } }] },
};

const responseFields: Readonly<Record<string, Fields>> = {
  ...shared,
  ...withTools({ type: 'function', ...named }, { type: 'function', name: 'now' }),
  'most output tokens': { max_output_tokens: 99 },
  'a schema': { text: { format: { type: 'json_schema', name: 'o', schema, strict: true } } },
  'a verbosity of its text': { text: { verbosity: 'low' } },
  effort: { reasoning: { effort: 'low' } },
  'a summary': { reasoning: { summary: 'detailed' } },
  'log-probabilities': { include: ['message.output_text.logprobs'], top_logprobs: 2 },
  'the likeliest tokens alone': { top_logprobs: 2 },
  'what a tool read': { include: ['web_search_call.action.sources'] },
  'encrypted thoughts': { include: ['reasoning.encrypted_content'] },
  truncation: { truncation: 'auto' },
  'a prompt of the cloud': { prompt: { id: 'pmpt_1' } },
  seed: { seed: 7 },
  stop: { stop: ['ZZZ'] },
  several: { n: 2 },
  'management of the context': { context_management: [{ type: 'compaction' }] },
};

const cite = 'The bridge over the Lorne was opened in 1931 by the mayor.';
const rest = 'The board met and spoke of cranes and sand. '.repeat(12);
const documentText = Array.from(
  { length: 24 },
  (_, index) => `Part ${index}. ${index === 3 ? `${cite} ` : ''}${rest}`,
).join('\n\n');
const aboutDocument = `${documentText}\n\nWhen was the bridge over the Lorne opened?`;
const aboutBoxes = 'There are 12 rows of 8 boxes. How many boxes are there?';
const questions = {
  ...{ local: aboutBoxes, cascade: aboutBoxes, router: aboutBoxes, maker: aboutBoxes },
  ...{ minions: aboutDocument, chain: aboutDocument, auto: aboutBoxes },
};

// What a model writes, by what its prompt is about.
const replies: readonly (readonly [RegExp, object])[] = [
  [/You direct small/, { tasks: [{ id: 'a', question: 'When?' }], chunking: { by: 'paragraph' } }],
  [
    /break a request/,
    { steps: [{ id: 'a', instruction: 'Multiply 12 by 8.', needs: [], type: 'number' }] },
  ],
  [
    /You read one part/,
    {
      facts: [{ quote: cite, certainty: 'stated', asOf: null }],
      openQuestions: [],
      answered: [],
    },
  ],
  [/\\"result\\"|"result"/, { result: 96 }],
  [/citation/, { explanation: 'It says so.', citation: cite, answer: '1931' }],
  [/json_object|json_schema/, { a: 'x' }],
];

function textFor(body: string): string {
  const found = replies.find(([about]) => about.test(body));
  return found ? JSON.stringify(found[1]) : '96 boxes are there. It was opened in 1931.';
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += piece;
  return text;
}

async function startServer() {
  const sent: Fields[] = [];
  const server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    if (!request.url?.endsWith('/chat/completions')) return response.writeHead(404).end();
    const body = JSON.parse(text) as Fields & { readonly tools?: readonly object[] };
    sent.push(body);
    const called = body.tools && body.tool_choice !== 'none';
    const call = { id: 'c1', type: 'function', function: { name: 'now', arguments: '{}' } };
    const message = called ? { content: null, tool_calls: [call] } : { content: textFor(text) };
    const tokens = [{ token: '96', logprob: -0.01, bytes: null, top_logprobs: [] }];
    const choice = {
      index: 0,
      message: { role: 'assistant', ...message },
      finish_reason: called ? 'tool_calls' : 'stop',
      ...(body.logprobs === true && { logprobs: { content: tokens } }),
    };
    const usage = { prompt_tokens: Math.ceil(text.length / 4), completion_tokens: 20 };
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify({ id: 'x', choices: [choice], usage }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    sent,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

// All that a model was told beside its prompt, and the form that a prompt asks for.
function wishesIn(bodies: readonly Fields[]): Set<string> {
  return new Set(
    bodies.flatMap(({ messages, model: _model, ...wishes }) => [
      ...Object.entries(wishes).map(([key, value]) => `${key}=${JSON.stringify(value)}`),
      ...(/JSON schema|"properties/.test(JSON.stringify(messages)) ? ['a schema in words'] : []),
    ]),
  );
}

describe.each([
  ['chat', '/v1/chat/completions', chatFields] as const,
  ['responses', '/v1/responses', responseFields] as const,
])('a field of %s', (api, path, fields) => {
  it.each(Object.keys(questions) as (keyof typeof questions)[])(
    'is not lost in silence by %s',
    { timeout: 120_000 },
    async model => {
      await using server = await startServer();
      const { endpoint, sent } = server;
      const models = {
        local: openaiCompatible({ model: 'm1', endpoint, place: 'device' }),
        cloud: openaiCompatible({ model: 'm2', endpoint, place: 'cloud' }),
      };
      const config = { retry: { tries: 1 }, breaker: { failures: 1_000_000 } };
      await using gateway = await startGateway(models, config, { logLevel: 'silent' });
      const content = questions[model];
      const asked = api === 'chat' ? { messages: [{ role: 'user', content }] } : { input: content };
      const ask = async (more: Fields) => {
        const from = sent.length;
        const response = await gateway.send(path, { model, ...asked, ...more });
        const { error, tandem } = await jsonOf(response);
        const said = { status: response.status, warnings: tandem?.warnings ?? [] };
        return { ...said, code: error?.code, wishes: wishesIn(sent.slice(from)) };
      };
      const plain = await ask({});
      expect(plain.status).toBe(200);
      const lost: string[] = [];
      for (const [name, more] of Object.entries(fields)) {
        const got = await ask(more);
        const isRefused = got.status >= 400 && got.status < 500 && typeof got.code === 'string';
        const isTold = [...got.wishes].some(wish => !plain.wishes.has(wish));
        const isNamed = got.warnings.some((each: string) => /^unsupported/.test(each));
        if (!isRefused && !isTold && !isNamed) lost.push(`${name}: ${got.status} ${got.code}`);
      }
      expect(lost).toEqual([]);
    },
  );
});
