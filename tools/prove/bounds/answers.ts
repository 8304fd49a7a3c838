import type { ServerResponse } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { hostileText } from './hostile-texts.ts';

/** A request for an answer, and where it goes. */
export interface Asked {
  readonly response: ServerResponse;
  readonly wire: 'openai' | 'ollama';
  readonly isStream: boolean;
  readonly random: () => number;
}

type Answer = (asked: Asked) => void;

const megabyte = 1_048_576;

/** Answers that end of themselves, though they hold anything. */
export const lightAnswers: Readonly<Record<string, Answer>> = {
  text: asked => say(asked, { content: hostileText(asked.random, 60_000) }),
  reasoning: asked =>
    say(asked, { content: 'x', reasoning_content: hostileText(asked.random, 60_000) }),
  'a call': asked =>
    say(asked, {
      content: '',
      tool_calls: [
        {
          index: 0,
          id: 'c',
          type: 'function',
          function: { name: 'f', arguments: hostileText(asked.random, 60_000) },
        },
      ],
    }),
  'no JSON': ({ response, random }) => json(response, hostileText(random, 60_000)),
  nested: ({ response }) => json(response, '{"choices":'.repeat(20_000)),
  'nested and closed': ({ response }) =>
    json(response, `{"choices":${'['.repeat(30_000)}${']'.repeat(30_000)}}`),
  'a refusal': ({ response, random }) => {
    response.statusCode = 400;
    json(response, JSON.stringify({ error: { message: hostileText(random, 60_000) } }));
  },
  'a failure': ({ response, random }) => {
    response.statusCode = 500;
    response.end(hostileText(random, 60_000));
  },
  'a cut': ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"a":');
    setTimeout(() => response.destroy(), 5);
  },
};

/** Answers that fill memory or time, each once for each backend. */
export const heavyAnswers: Readonly<Record<string, Answer>> = {
  'white space without end': ({ response }) => endless(response, '{', ' ', 'application/json'),
  'events without end': ({ response }) =>
    endless(
      response,
      '',
      `data: ${chunkOf({ content: 'x'.repeat(900) })}\n\n`,
      'text/event-stream',
    ),
  'one event without end': ({ response }) => endless(response, 'data: "', 'x', 'text/event-stream'),
  'lines without end': ({ response }) =>
    endless(
      response,
      '',
      `${lineOf({ content: 'x'.repeat(900) }, false)}\n`,
      'application/x-ndjson',
    ),
  'a bomb of gzip': ({ response }) => packed(response, 'gzip'),
  'a bomb of br': ({ response }) => packed(response, 'br'),
  keys: ({ response }) => {
    const keys = Array.from({ length: megabyte / 2 }, (_, n) => `"k${n}":1`).join(',');
    json(response, `{${keys}}`);
  },
  lists: ({ response }) => json(response, `[${'[],'.repeat(5 * megabyte)}1]`),
};

/** An answer like any other. */
export const plainAnswer: Answer = asked => say(asked, { content: 'It is a fine day.' });

function say({ response, wire, isStream }: Asked, message: object): void {
  const type = isStream
    ? wire === 'openai'
      ? 'text/event-stream'
      : 'application/x-ndjson'
    : 'application/json';
  response.writeHead(200, { 'content-type': type });
  if (wire === 'ollama') {
    if (isStream) response.write(`${lineOf(message, false)}\n`);
    response.end(`${lineOf(isStream ? { content: '' } : message, true)}\n`);
  } else if (isStream)
    response.end(`data: ${chunkOf(message)}\n\ndata: ${chunkOf({}, 'stop')}\n\ndata: [DONE]\n\n`);
  else
    response.end(
      JSON.stringify({
        ...head,
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
      }),
    );
}

const head = { id: 'chatcmpl-1', created: 1, model: 'm' };

function chunkOf(delta: object, finish: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return JSON.stringify({ ...head, object: 'chat.completion.chunk', choices });
}

function lineOf(message: object, isDone: boolean): string {
  const end = isDone ? { done_reason: 'stop', prompt_eval_count: 7, eval_count: 3 } : {};
  return JSON.stringify({
    model: 'm',
    message: { role: 'assistant', ...message },
    done: isDone,
    ...end,
  });
}

function json(response: ServerResponse, body: string): void {
  response.setHeader('content-type', 'application/json');
  response.end(body);
}

// Written as fast as it is taken, and no faster.
function endless(response: ServerResponse, first: string, piece: string, type: string): void {
  const bytes = Buffer.from(piece.repeat(Math.ceil(262_144 / piece.length)));
  response.writeHead(200, { 'content-type': type });
  response.write(first);
  const more = () => {
    while (!response.destroyed && response.write(bytes));
  };
  response.on('drain', more);
  more();
}

const bombs = new Map<string, Buffer>();

function packed(response: ServerResponse, coding: 'gzip' | 'br'): void {
  const whole = Buffer.alloc(64 * megabyte, ' ');
  const bytes =
    bombs.get(coding) ?? (coding === 'gzip' ? gzipSync(whole) : brotliCompressSync(whole));
  bombs.set(coding, bytes);
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-encoding': coding })
    .end(bytes);
}
