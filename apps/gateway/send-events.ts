import type { ServerResponse } from 'node:http';
import type { Sending } from './reply.ts';
import { problemBody } from './wire/problem.ts';

// Whoever waits sees a line at least every ten seconds, also of an answer that is held back and
// whose headers leave after five.
const keepAliveMs = 4500;
// A model that is faster than the event loop is made to wait for it.
const mostPending = 65_536;

/**
 * Sends server-sent events as they come. What comes in one turn of the event loop leaves in one
 * piece; the next event is asked for when the client has taken what there was: that is the
 * back-pressure.
 */
export async function sendEvents(
  events: AsyncGenerator<string>,
  outgoing: ServerResponse,
  { headers, audit, begunMs, ended, failed, hasGone }: Sending,
): Promise<void> {
  outgoing.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  });
  const { write, end, hasBegun } = joined(outgoing);
  // A client is told that it is heard, also where the first event is still to come.
  setImmediate(() => {
    if (!hasBegun() && !outgoing.destroyed) outgoing.flushHeaders();
  });
  const timer = setInterval(() => {
    if (!outgoing.writableNeedDrain) write(': still at work\n\n');
  }, keepAliveMs).unref();
  try {
    for await (const event of events) {
      audit.firstByteMs ??= Math.round((performance.now() - begunMs) * 100) / 100;
      if (hasGone()) break;
      if (!write(event)) await drained(outgoing);
    }
  } catch (error) {
    if (!hasGone()) {
      const problem = failed(error);
      audit.code = problem.code;
      write(`data: ${JSON.stringify(problemBody(problem))}\n\n`);
    }
  } finally {
    clearInterval(timer);
    ended(hasGone() ? 499 : 200);
    end();
  }
}

// Each write of its own would be a call of the system.
function joined(outgoing: ServerResponse) {
  let pending = '';
  let hasBegun = false;
  const flush = () => {
    if (pending !== '') outgoing.write(pending);
    pending = '';
  };
  return {
    /** Returns false where the client has to take some before more is written. */
    write(text: string): boolean {
      hasBegun = true;
      if (pending === '') process.nextTick(flush);
      pending += text;
      return pending.length < mostPending && !outgoing.writableNeedDrain;
    },
    end() {
      const rest = pending;
      pending = '';
      hasBegun = true;
      outgoing.end(rest);
    },
    hasBegun: () => hasBegun,
  };
}

// Also when the client goes away: nothing drains any more then.
async function drained(outgoing: ServerResponse): Promise<void> {
  // What is pending is written first.
  await new Promise(setImmediate);
  if (!outgoing.writableNeedDrain || outgoing.destroyed) return;
  return new Promise(resolve => {
    const done = () => {
      outgoing.off('drain', done).off('close', done);
      resolve();
    };
    outgoing.on('drain', done).on('close', done);
  });
}
