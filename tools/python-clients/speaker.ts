import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exampleOf } from '../../src/testing/example-of.ts';

type Json = ReturnType<typeof JSON.parse>;
type Say = { readonly text: string } | { readonly tool: string; readonly input: string };

/** A server on loopback with the manners of llama-server, which answers by rule. */
export interface Speaker extends AsyncDisposable {
  readonly url: string;
}

const contextTokens = 8192;
const head = { id: 'chatcmpl-double', created: 1_764_300_000, system_fingerprint: 'b7000' };

/** Starts it on a free port. */
export async function startSpeaker(): Promise<Speaker> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

const facts: Readonly<Record<string, object>> = {
  '/health': { status: 'ok' },
  '/props': {
    default_generation_settings: { n_ctx: contextTokens },
    total_slots: 4,
    modalities: { vision: false, audio: false },
    chat_template_caps: { supports_tools: true },
    model_path: '/models/small.gguf',
    build_info: 'b7000',
  },
  '/v1/models': { object: 'list', data: [{ id: 'small', object: 'model', created: 1 }] },
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '';
  const known = facts[path];
  if (known) return send(response, 200, known);
  let text = '';
  for await (const piece of request) text += piece;
  if (path !== '/v1/chat/completions') return refuse(response, 404, 'File Not Found');
  const body: Json = JSON.parse(text);
  const tokens = Math.ceil(JSON.stringify(body.messages).length / 4);
  if (tokens > contextTokens) {
    const why = `request (${tokens} tokens) exceeds the available context size`;
    const said = `${why} (${contextTokens} tokens), try increasing it`;
    return refuse(response, 400, said, 'exceed_context_size_error');
  }
  if (JSON.stringify(body.messages).includes('"image_url"'))
    return refuse(response, 500, 'image input is not supported - hint: provide the mmproj');
  return body.stream ? stream(response, body, tokens) : whole(response, body, tokens);
}

function send(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function refuse(
  response: ServerResponse,
  code: number,
  message: string,
  type = 'invalid_request_error',
): void {
  send(response, code, { error: { code, message, type } });
}

function textOf(content: Json): string {
  return Array.isArray(content) ? content.map(({ text = '' }) => text).join('\n') : (content ?? '');
}

/** What is said: by the last message, the tools and the format that are asked for. */
function saying(body: Json): Say {
  const messages: Json[] = body.messages;
  const last = messages.at(-1);
  if (last.role === 'tool') return { text: `The tool says: ${textOf(last.content)}.` };
  const asked = textOf(messages.findLast(({ role }) => role === 'user')?.content);
  const choice = body.tool_choice;
  const tools: Json[] = (body.tools ?? []).filter(
    ({ function: { name } }: Json) => !choice?.function || choice.function.name === name,
  );
  const isDemanded = choice === 'required' || choice?.function !== undefined;
  if (tools.length > 0 && choice !== 'none' && (isDemanded || /weather|tool/i.test(asked))) {
    const { name, parameters } = tools[0].function;
    return { tool: name, input: JSON.stringify(filled(exampleOf(parameters), asked)) };
  }
  return { text: speech(asked, messages, body.response_format) };
}

// Numbers and quoted words of a question are what its call is about.
function filled(input: Json, asked: string): Json {
  const number = /\d+/.exec(asked)?.[0];
  const quoted = /'([^']+)'/.exec(asked)?.[1];
  return JSON.parse(JSON.stringify(input), (name, value) => {
    if (typeof value === 'number' && number !== undefined) return Number(number);
    return typeof value === 'string' && name !== 'name' && quoted !== undefined ? quoted : value;
  });
}

function speech(asked: string, messages: Json[], format: Json): string {
  const all = messages.map(({ content }) => textOf(content)).join('\n');
  if (format?.type === 'json_schema')
    return JSON.stringify(filled(exampleOf(format.json_schema?.schema ?? format.schema), asked));
  const city = '{"name": "Paris", "country": "France"}';
  if (format?.type === 'json_object') return city;
  if (/json codeblock/i.test(all)) return `\`\`\`json\n${city}\n\`\`\``;
  if (/what is my name/i.test(asked)) return `It is ${/my name is (\w+)/i.exec(all)?.[1] ?? '?'}.`;
  if (/story/i.test(asked)) return 'Once there was a horse. '.repeat(80).trim();
  if (/count/i.test(asked)) return '1, 2, 3, 4, 5, 6, 7, 8, 9, 10';
  return `The capital is ${/italy/i.test(asked) ? 'Rome' : 'Paris'}.`;
}

function cut(text: string, body: Json): { readonly pieces: string[]; readonly finish: string } {
  let kept = text;
  for (const word of [body.stop ?? []].flat()) kept = kept.split(word, 1)[0]!;
  const pieces = kept.match(/\s*\S+/g) ?? [];
  const most: number = body.max_tokens ?? body.max_completion_tokens ?? pieces.length;
  return { pieces: pieces.slice(0, most), finish: pieces.length > most ? 'length' : 'stop' };
}

const usage = (prompt: number, completion: number) => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
});

function logprobs(pieces: readonly string[], body: Json): Json {
  if (!body.logprobs) return null;
  const token = (text: string, rank: number) => ({
    id: rank,
    token: text,
    bytes: [...Buffer.from(text)],
    logprob: -0.05 - rank,
  });
  const others = (text: string) =>
    Array.from({ length: body.top_logprobs ?? 0 }, (_, rank) => token(`${text}${rank}`, rank));
  return { content: pieces.map(text => ({ ...token(text, 0), top_logprobs: others(text) })) };
}

const callOf = ({ tool, input }: Extract<Say, { tool: string }>) => ({
  id: `call_${Math.random().toString(36).slice(2)}`,
  type: 'function',
  function: { name: tool, arguments: input },
});

function whole(response: ServerResponse, body: Json, tokens: number): void {
  let out = 0;
  const choices = Array.from({ length: body.n ?? 1 }, (_, index) => {
    const said = saying(body);
    if ('tool' in said) {
      const message = { role: 'assistant', content: null, tool_calls: [callOf(said)] };
      return { index, message, finish_reason: 'tool_calls' };
    }
    const { pieces, finish } = cut(said.text, body);
    out += pieces.length;
    const message = { role: 'assistant', content: pieces.join('') };
    return { index, message, logprobs: logprobs(pieces, body), finish_reason: finish };
  });
  const more = { object: 'chat.completion', model: body.model, usage: usage(tokens, out || 9) };
  send(response, 200, { ...head, ...more, choices });
}

async function stream(response: ServerResponse, body: Json, tokens: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const event = (value: object) => {
    const chunk = { ...head, object: 'chat.completion.chunk', model: body.model, ...value };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  const choice = (delta: object, finish: string | null = null, more: object = {}) =>
    event({ choices: [{ index: 0, delta, finish_reason: finish, ...more }] });
  choice({ role: 'assistant', content: null });
  const said = saying(body);
  const out = 'tool' in said ? streamCall(said, choice) : await streamText(said.text, body, choice);
  if (body.stream_options?.include_usage) event({ choices: [], usage: usage(tokens, out) });
  response.end('data: [DONE]\n\n');
}

type Send = (delta: object, finish?: string | null, more?: object) => void;

function streamCall(said: Extract<Say, { tool: string }>, send: Send): number {
  const { function: called, ...call } = callOf(said);
  send({ tool_calls: [{ ...call, index: 0, function: { ...called, arguments: '' } }] });
  for (const piece of said.input.match(/.{1,5}/gs) ?? [])
    send({ tool_calls: [{ index: 0, function: { arguments: piece } }] });
  send({}, 'tool_calls');
  return 9;
}

async function streamText(text: string, body: Json, send: Send): Promise<number> {
  const { pieces, finish } = cut(text, body);
  for (const piece of pieces) {
    send({ content: piece }, null, body.logprobs ? { logprobs: logprobs([piece], body) } : {});
    // A long text takes its time, so that a reader can go away in its middle.
    if (pieces.length > 100) await new Promise(resolve => setTimeout(resolve, 5));
  }
  send({}, finish);
  return pieces.length;
}
