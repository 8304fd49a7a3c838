import type { Audit, Reply } from './exchange.ts';
import { type Problem, problemBody } from './wire/problem.ts';

/** What a reply is sent with. */
export interface Sending {
  readonly headers: Readonly<Record<string, string>>;
  readonly audit: Audit;
  readonly begunMs: number;
  /** Aborted when the reader of a stream goes away. */
  readonly controller: AbortController;
  /** Called once, when the last byte has been handed on. */
  ended(status: number): void;
  failed(error: unknown): Problem;
}

// Proxies close a connection on which nothing has moved for a minute.
const keepAliveMs = 15_000;
const encoder = new TextEncoder();

/** Turns what a route answers into a response. */
export function replyTo(reply: Reply, sending: Sending): Response {
  const headers = { ...sending.headers, ...reply.headers };
  if ('events' in reply) return eventStream(reply.events, headers, sending);
  if ('text' in reply) {
    sending.ended(200);
    return new Response(reply.text as string, { headers: { ...headers, 'content-type': reply.contentType } });
  }
  const { status = 200, body } = reply;
  sending.ended(status);
  return new Response(JSON.stringify(body), { status, headers: { ...headers, 'content-type': 'application/json' } });
}

function eventStream(events: AsyncGenerator<string>, headers: Record<string, string>, sending: Sending): Response {
  const { controller: abort, audit, ended, failed } = sending;
  let timer: NodeJS.Timeout | undefined;
  let isOpen = true;
  const close = (status: number) => {
    clearInterval(timer);
    if (isOpen) ended(status);
    isOpen = false;
  };
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      timer = setInterval(() => {
        if (isOpen && (controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(': still at work\n\n'));
      }, keepAliveMs).unref();
    },
    // Asked for more only when the client has taken what there was: that is the back-pressure.
    async pull(controller) {
      try {
        const { done, value } = await events.next();
        if (!isOpen) return;
        if (done) {
          close(200);
          return controller.close();
        }
        audit.firstByteMs ??= Math.round((performance.now() - sending.begunMs) * 100) / 100;
        controller.enqueue(encoder.encode(value));
      } catch (error) {
        if (!isOpen) return;
        const problem = failed(error);
        audit.code = problem.code;
        controller.enqueue(encoder.encode(`data: ${JSON.stringify(problemBody(problem))}\n\n`));
        close(200);
        controller.close();
      }
    },
    async cancel() {
      close(499);
      abort.abort(new DOMException('The client went away.', 'AbortError'));
      await events.return(undefined).catch(() => {});
    },
  });
  return new Response(stream, {
    headers: {
      ...headers,
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    },
  });
}
