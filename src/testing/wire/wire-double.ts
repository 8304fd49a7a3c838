import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeOllama } from './wire-ollama.ts';
import { writeOpenai } from './wire-openai.ts';
import { writeResponses } from './wire-responses.ts';

/** What the double does with one request. */
export interface WireStep {
  /** The answer's text. Default: `hello from the wire`. */
  readonly text?: string;
  /** A tool call in place of text. */
  readonly tool?: { readonly name: string; readonly input: unknown };
  /** HTTP status other than 200, with an error body in the protocol's shape. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The error body in place of the protocol's usual one. */
  readonly error?: unknown;
  /** Bytes in place of a proper body. */
  readonly raw?: string;
  /** Accepts a request for log-probabilities and sends none. */
  readonly withoutLogprobs?: boolean;
  /** Sends log-probabilities in the shape of MLX's server. */
  readonly logprobShape?: 'mlx';
  /** Answers in a chat completion. Default: 1. */
  readonly choices?: number;
  /** Leaves the token counts out. */
  readonly withoutUsage?: boolean;
  /** Tokens of the prompt that it says it has read. Default: 7. */
  readonly promptTokens?: number;
  /** Where an Ollama says that its answer comes from. Default: nothing is said. */
  readonly remote?: { readonly remote_host: string; readonly remote_model: string } | undefined;
  /** Waits so long before the first byte. */
  readonly delayMs?: number;
  /** Never answers at all. */
  readonly hangs?: boolean;
  /** Ends a stream in the middle: by closing the connection, or by saying nothing more. */
  readonly cut?: 'close' | 'idle';
}

/** A request as it came. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
  /** The body as text: what really crossed. */
  readonly text: string;
}

/** A server that speaks OpenAI's and Ollama's protocols on loopback. */
export interface WireDouble extends AsyncDisposable {
  /**
   * `http://127.0.0.1:PORT`; OpenAI's protocol under `/v1` and `/openai/v1`, Ollama's under `/api`.
   */
  readonly url: string;
  readonly requests: readonly WireRequest[];
  /** Requests whose client went away before the answer was whole. */
  readonly aborted: () => number;
  close(): Promise<void>;
}

/**
 * Changes what a double does with a request; an object is sent as JSON, in place of everything
 * else.
 */
export type WireRoute = (
  request: WireRequest,
  step: WireStep,
) => { readonly step: WireStep } | { readonly json: unknown; readonly delayMs?: number };

const questions: ReadonlySet<string> = new Set([
  ...['/api/show', '/api/ps', '/props'],
  // What gateways in front of clouds are known by.
  ...['/', '/health/liveliness'],
]);

/**
 * Starts a double. Requests take the steps in order; the last one serves all that follow. A route
 * may answer first; what it answers itself takes no step. Where none answers a question about a
 * model (`/api/show`, `/props` and others), nothing is known there, and it does not count.
 */
export async function startWireDouble(
  steps: readonly WireStep[] = [{}],
  route?: WireRoute,
): Promise<WireDouble> {
  const requests: WireRequest[] = [];
  let taken = 0;
  let aborted = 0;
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) aborted++;
    });
    void readRequest(request).then(read => {
      const next = steps[Math.min(taken, steps.length - 1)] ?? {};
      const routed = route?.(read, next) ?? { step: next };
      // A question about a model, not a call of it: it takes no step, and is what servers other
      // than Ollama do not know.
      const isQuestion = questions.has(read.path);
      if (isQuestion && !('json' in routed)) return sendJson(response, undefined);
      requests.push(read);
      if ('json' in routed) {
        const { json, delayMs } = routed;
        return delayMs === undefined
          ? sendJson(response, json)
          : void setTimeout(sendJson, delayMs, response, json);
      }
      taken++;
      return answer({ request: read, response, step: routed.step });
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const close = () => stop(server);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, requests, aborted: () => aborted, close, [Symbol.asyncDispose]: close };
}

/** What a protocol needs to answer. */
export interface WireExchange {
  readonly request: WireRequest;
  readonly response: ServerResponse;
  readonly step: WireStep;
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.statusCode = body === undefined ? 404 : 200;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body ?? { error: { message: 'not found' } }));
}

async function answer(exchange: WireExchange): Promise<void> {
  const { request, response, step } = exchange;
  if (step.hangs) return;
  if (step.delayMs !== undefined) await new Promise(resolve => setTimeout(resolve, step.delayMs));
  for (const [name, value] of Object.entries(step.headers ?? {})) response.setHeader(name, value);
  response.statusCode = step.status ?? 200;
  if (step.raw !== undefined) response.end(step.raw);
  else if (request.path.startsWith('/api/')) writeOllama(exchange);
  else if (request.path.endsWith('/responses')) writeResponses(exchange);
  else writeOpenai(exchange);
}

async function readRequest(request: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    text,
  };
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>(resolve => server.close(() => resolve()));
}

/** Cuts a text into pieces as a server would stream them. */
export function pieces(text: string): string[] {
  return text.split(/(?<= )/);
}

/** Ends a stream as a step says; true if it was cut. */
export function cutHere({ response, step }: WireExchange, isHalf: boolean): boolean {
  if (!step.cut || !isHalf) return false;
  // The bytes so far must be on their way before the connection goes.
  if (step.cut === 'close') setTimeout(() => response.destroy(), 5);
  return true;
}
