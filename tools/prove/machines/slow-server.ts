import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A model server of a proof: so many calls at a time, each as long as the last. */
export interface SlowServer extends AsyncDisposable {
  /** With `/v1`. */
  readonly endpoint: string;
  /** Calls that were answered. */
  readonly served: () => number;
  /** How often each question was answered. */
  readonly answers: ReadonlyMap<string, number>;
  /** Prefixes that had to be read, since they were not in the cache. */
  readonly cold: () => number;
  /** Goes away at once, with the calls that it was at. */
  die(): void;
}

interface SlowServerOptions {
  readonly slots: number;
  /** Milliseconds of a call. */
  readonly ms: number;
  /** Milliseconds more for a system prompt that is not among the last so many. */
  readonly reading?: { readonly ms: number; readonly kept: number };
}

/** Starts a server that speaks OpenAI's protocol; what it has no slot for waits in its queue. */
export async function startSlowServer(options: SlowServerOptions): Promise<SlowServer> {
  const state: State = {
    options,
    busy: 0,
    served: 0,
    cold: 0,
    waiting: [],
    kept: [],
    answers: new Map(),
  };
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      if (!request.url?.endsWith('/chat/completions'))
        return void response.writeHead(404).end('{}');
      const { messages } = JSON.parse(text) as Body;
      const first = messages[0]?.role === 'system' ? String(messages[0].content) : '';
      const asked = String(messages.at(-1)?.content);
      state.waiting.push({ prefix: first, asked, read: text.length, response });
      serve(state);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const die = () => {
    server.close();
    server.closeAllConnections();
  };
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    served: () => state.served,
    answers: state.answers,
    cold: () => state.cold,
    die,
    async [Symbol.asyncDispose]() {
      die();
    },
  };
}

interface Body {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
}

interface Waiting {
  readonly prefix: string;
  readonly asked: string;
  /** Characters of the request. */
  readonly read: number;
  readonly response: ServerResponse;
}

interface State {
  readonly options: SlowServerOptions;
  busy: number;
  served: number;
  cold: number;
  readonly waiting: Waiting[];
  readonly kept: string[];
  readonly answers: Map<string, number>;
}

function serve(state: State): void {
  const { options, waiting } = state;
  while (state.busy < options.slots && waiting.length > 0) {
    const { prefix, asked, read, response } = waiting.shift()!;
    state.busy++;
    setTimeout(() => {
      state.busy--;
      state.served++;
      state.answers.set(asked, (state.answers.get(asked) ?? 0) + 1);
      response.setHeader('content-type', 'application/json').end(answerTo(asked, read));
      serve(state);
    }, options.ms + readingMs(state, prefix));
  }
}

function readingMs(state: State, prefix: string): number {
  const { reading } = state.options;
  if (!reading) return 0;
  const { kept } = state;
  const at = kept.indexOf(prefix);
  if (at >= 0) kept.splice(at, 1);
  else state.cold++;
  kept.push(prefix);
  if (kept.length > reading.kept) kept.shift();
  return at < 0 ? reading.ms : 0;
}

function answerTo(asked: string, read: number): string {
  const prompt = Math.ceil(read / 4);
  const message = { role: 'assistant', content: `answer to ${asked}` };
  return JSON.stringify({
    ...{ id: 'a', object: 'chat.completion', created: 1, model: 'slow' },
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: { prompt_tokens: prompt, completion_tokens: 5, total_tokens: prompt + 5 },
  });
}
