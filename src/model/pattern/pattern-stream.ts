import { TandemError } from '../errors.ts';
import { partsShownBy, type Show } from '../leaf/shown-parts.ts';
import type { Scope } from '../run/scope.ts';
import type { Answer, StreamPart, StreamResult } from '../types.ts';

/**
 * Streams a pattern: what its answer shows on the way is read part by part. A failure errors the stream and is never an
 * `error` part, on which the SDK would begin the whole pattern again.
 */
export function patternStream(scope: Scope, answer: (show: Show) => Promise<Answer>): StreamResult {
  const parts = partsShownBy(answer);
  const stop = async (reason: unknown) => {
    // The abort comes first: `return` alone would queue behind a read that hangs.
    scope.controller.abort(reason ?? new DOMException('The stream was cancelled.', 'AbortError'));
    await parts.return(undefined).catch(() => {});
  };
  let idle: NodeJS.Timeout | undefined;
  const stream = new ReadableStream<StreamPart>({
    async pull(controller) {
      clearTimeout(idle);
      try {
        const { done, value } = await parts.next();
        if (done) return controller.close();
        controller.enqueue(value);
        idle = setTimeout(() => {
          const error = unread(scope.run.idleMs);
          controller.error(error);
          void stop(error);
        }, scope.run.idleMs).unref();
      } catch (error) {
        controller.error(error);
      }
    },
    cancel(reason) {
      clearTimeout(idle);
      return stop(reason);
    },
  });
  return { stream };
}

// A reader that stops half-way never says so; its slot, its timer and its run must end all the same.
function unread(idleMs: number): TandemError {
  const message = `Nobody read the stream for ${idleMs} ms. Read it to its end or cancel it, or raise \`idleMs\`.`;
  return new TandemError('deadline_exceeded', message);
}
