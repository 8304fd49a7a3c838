import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { newRunId } from '../../src/entries/runs.ts';
import type { Audit, Reply } from './exchange.ts';
import { sendEvents } from './send-events.ts';
import type { Problem } from './wire/problem.ts';

/** What a reply is sent with. */
export interface Sending {
  readonly headers: Readonly<Record<string, string>>;
  readonly audit: Audit;
  readonly begunMs: number;
  /** Whether the client has gone away. */
  hasGone(): boolean;
  /** Called once, when the last byte has been handed on. */
  ended(status: number): void;
  failed(error: unknown): Problem;
}

/**
 * Turns what a route answers into a response; events are written as they come, past what makes
 * responses.
 */
export function replyTo(reply: Reply, outgoing: ServerResponse, sending: Sending): Response {
  const id = sending.audit.runId ?? newRunId();
  const headers = { 'x-request-id': id, ...sending.headers, ...reply.headers };
  if ('events' in reply) {
    void sendEvents(reply.events, outgoing, { ...sending, headers });
    return RESPONSE_ALREADY_SENT;
  }
  if ('text' in reply) {
    const { status = 200 } = reply;
    sending.ended(status);
    return new Response(reply.text as string, {
      status,
      headers: { ...headers, 'content-type': reply.contentType },
    });
  }
  const { status = 200, body } = reply;
  sending.ended(status);
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, 'content-type': 'application/json' },
  });
}
