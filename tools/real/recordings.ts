import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a real model once answered, as short as it can be kept. */
export interface Recording {
  readonly model: string;
  /** The last text of the user. */
  readonly prompt: string;
  /** What else was asked for: a schema, tools, or nothing. */
  readonly kind: 'text' | 'object' | 'tools';
  readonly text: string;
  readonly finish: string;
  /** Tokens with their log-probabilities, where the server gave them. */
  readonly tokens?: readonly (readonly [token: string, logprob: number])[];
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A server that gives recorded answers again. */
export interface Replay {
  readonly url: string;
  /** Prompts that were asked of each model, in order. */
  readonly asked: readonly { readonly model: string; readonly prompt: string }[];
  close(): Promise<void>;
}

interface ChatBody {
  readonly model?: string;
  readonly stream?: boolean;
  readonly logprobs?: boolean;
  readonly messages?: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly unknown[];
  readonly response_format?: { readonly type?: string };
}

/** Reads recordings. */
export function readRecordings(file: string | URL): Recording[] {
  return JSON.parse(readFileSync(file, 'utf8')) as Recording[];
}

/** What a call asks, as recordings are told apart. */
export function askedBy(body: ChatBody): Pick<Recording, 'model' | 'prompt' | 'kind'> {
  const user = body.messages?.filter(({ role }) => role === 'user').at(-1)?.content;
  const parts = Array.isArray(user) ? (user as { text?: string }[]) : [];
  const prompt = typeof user === 'string' ? user : parts.map(({ text = '' }) => text).join('');
  const bound = body.response_format?.type?.startsWith('json') ?? false;
  const kind = (body.tools?.length ?? 0) > 0 ? 'tools' : bound ? 'object' : 'text';
  return { model: body.model ?? '', prompt, kind };
}

/** Serves recordings as an OpenAI-shaped server does, whole and streamed; 404 for all else. */
export async function startReplay(recordings: readonly Recording[]): Promise<Replay> {
  const asked: { model: string; prompt: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      if (request.method !== 'POST') return response.end('{"data":[]}');
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as ChatBody;
      const wanted = askedBy(body);
      const found = recordings.find(
        ({ model, prompt, kind }) =>
          model === wanted.model && prompt === wanted.prompt && kind === wanted.kind,
      );
      asked.push({ model: wanted.model, prompt: wanted.prompt });
      if (!found) {
        response.statusCode = 404;
        return response.end(
          JSON.stringify({ error: { message: `No recording: ${wanted.prompt}` } }),
        );
      }
      if (body.stream !== true) return response.end(JSON.stringify(wholeOf(found, body)));
      response.setHeader('content-type', 'text/event-stream');
      return response.end(eventsOf(found, body));
    });
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise(done => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

const head = { id: 'recorded', created: 1 };

function wholeOf(recording: Recording, { logprobs }: ChatBody): object {
  const { model, text, finish, tokens } = recording;
  const choice = {
    index: 0,
    finish_reason: finish,
    message: { role: 'assistant', content: text },
    ...(logprobs && tokens && { logprobs: { content: tokens.map(logprobOf) } }),
  };
  return {
    ...head,
    object: 'chat.completion',
    model,
    choices: [choice],
    usage: usageOf(recording),
  };
}

function eventsOf(recording: Recording, { logprobs }: ChatBody): string {
  const { model, text, finish, tokens } = recording;
  const event = (value: object) =>
    `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', model, ...value })}\n\n`;
  const choice = (delta: object, more: object) => ({
    choices: [{ index: 0, delta, finish_reason: null, ...more }],
  });
  const pieces =
    logprobs && tokens ? tokens : (text.match(/.{1,7}/gs) ?? []).map(each => [each, 0] as const);
  return [
    ...pieces.map(piece =>
      event(
        choice(
          { role: 'assistant', content: piece[0] },
          logprobs && tokens ? { logprobs: { content: [logprobOf(piece)] } } : {},
        ),
      ),
    ),
    event(choice({}, { finish_reason: finish })),
    event({ choices: [], usage: usageOf(recording) }),
    'data: [DONE]\n\n',
  ].join('');
}

function logprobOf([token, logprob]: readonly [token: string, logprob: number]) {
  return { token, logprob, bytes: null, top_logprobs: [{ token, logprob, bytes: null }] };
}

function usageOf({ inputTokens, outputTokens }: Recording) {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}
