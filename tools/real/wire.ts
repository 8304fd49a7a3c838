import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call that crossed the wire, as a program beside the product sees it. */
export interface Crossing {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly status: number;
  /** The answer as it was sent: JSON, or events. */
  readonly answer: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A server in front of a model server: it counts, and keeps answers. */
export interface Wire {
  readonly url: string;
  readonly crossings: readonly Crossing[];
  close(): Promise<void>;
}

/** Answers that were given before, by what was asked. */
export interface KeptAnswers {
  find(key: string): Kept | undefined;
  keep(key: string, kept: Kept): void;
}

interface Kept {
  readonly model: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly type: string;
  readonly answer: string;
}

/**
 * Opens a file of answers, one JSON object a line; what is kept is there for the next run too. No
 * file keeps them for this run alone.
 */
export function openKeptAnswers(file: string | undefined): KeptAnswers {
  const byKey = new Map<string, Kept>();
  if (file !== undefined && existsSync(file)) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (line === '') continue;
      const kept = JSON.parse(line) as Kept;
      byKey.set(keyOf(kept.model, kept.path, kept.body), kept);
    }
  }
  return {
    find: key => byKey.get(key),
    keep(key, kept) {
      byKey.set(key, kept);
      if (file !== undefined) appendFileSync(file, `${JSON.stringify({ key, ...kept })}\n`);
    },
  };
}

/**
 * Stands in front of a server, so that all gates judge the same drafts. A call that names no
 * temperature is asked at 0. Only whole answers of status 200 are kept. A wire without a server
 * answers from what is kept alone.
 */
export async function openWire(
  model: string,
  upstream: string | undefined,
  answers: KeptAnswers,
): Promise<Wire> {
  const crossings: Crossing[] = [];
  const server = createServer(async (incoming, response) => {
    const path = incoming.url ?? '/';
    const text = await textOf(incoming);
    if (incoming.method !== 'POST' || !isCall(path)) {
      await pass({ upstream, path, method: incoming.method ?? 'GET', text }, response);
      return;
    }
    const body = { temperature: 0, ...(JSON.parse(text) as Record<string, unknown>) };
    const key = keyOf(model, path, body);
    const known = answers.find(key);
    const kept = known ?? {
      model,
      path,
      body,
      ...(await ask({ upstream, path, text: JSON.stringify(body) })),
    };
    if (!known && kept.status === 200) answers.keep(key, kept);
    crossings.push({ path, body, status: kept.status, answer: kept.answer, ...usageOf(kept) });
    response.writeHead(kept.status, { 'content-type': kept.type });
    response.end(kept.answer);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    crossings,
    close: () =>
      new Promise(done => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function isCall(path: string): boolean {
  return /\/(chat\/completions|completions|embeddings|api\/chat|api\/generate)$/.test(path);
}

// The ids of calls are drawn anew each time, and a model does not answer by them.
function keyOf(model: string, path: string, body: object): string {
  const ids: string[] = [];
  const text = JSON.stringify([model, path, sorted(body)]).replace(drawnId, id => {
    if (!ids.includes(id)) ids.push(id);
    return `call_${ids.indexOf(id)}`;
  });
  return createHash('sha256').update(text).digest('hex');
}

const drawnId = /call_[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)]));
}

interface Asked {
  readonly upstream: string | undefined;
  readonly path: string;
  readonly method?: string;
  readonly text: string;
}

// Small models on a busy machine are slower than the limits of `fetch`, so it is Node's own client.
function ask({
  upstream,
  path,
  method = 'POST',
  text,
}: Asked): Promise<Omit<Kept, 'model' | 'path' | 'body'>> {
  const failed = (why: string) => ({
    status: 502,
    type: 'application/json',
    answer: JSON.stringify({ error: { message: why } }),
  });
  if (upstream === undefined) return Promise.resolve(failed('No server stands behind this wire.'));
  return new Promise(done => {
    const headers = { 'content-type': 'application/json' };
    const call = request(`${upstream}${path}`, { method, headers, agent: false }, answer => {
      const type = answer.headers['content-type'] ?? 'application/json';
      const status = answer.statusCode ?? 502;
      textOf(answer).then(
        whole => done({ status, type, answer: whole }),
        (error: Error) => done(failed(error.message)),
      );
    });
    call.on('error', error => done(failed(error.message)));
    call.end(text === '' ? undefined : text);
  });
}

async function pass(asked: Asked, response: ServerResponse): Promise<void> {
  // What is asked about a server before a prompt finds one that tells nothing.
  if (asked.upstream === undefined) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"data":[]}');
    return;
  }
  const { status, type, answer } = await ask(asked);
  response.writeHead(status, { 'content-type': type });
  response.end(answer);
}

async function textOf(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

// The last object that tells usage: of a whole answer, of an event, or of a line of Ollama's.
function usageOf({ answer }: Kept): { inputTokens: number; outputTokens: number } {
  const told = { inputTokens: 0, outputTokens: 0 };
  for (const line of answer.startsWith('{') && !answer.includes('\n{')
    ? [answer]
    : answer.split('\n')) {
    const json = line.replace(/^data: /, '');
    if (!json.startsWith('{')) continue;
    const { usage, prompt_eval_count: read, eval_count: written } = JSON.parse(json) as Usage;
    told.inputTokens = usage?.prompt_tokens ?? read ?? told.inputTokens;
    told.outputTokens = usage?.completion_tokens ?? written ?? told.outputTokens;
  }
  return told;
}

interface Usage {
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number } | null;
  readonly prompt_eval_count?: number;
  readonly eval_count?: number;
}
