import type { IncomingMessage } from 'node:http';
import { Problem } from './wire/problem.ts';

/**
 * Reads a body of at most so many bytes; a longer one is not read to its end. @throws Problem 413
 */
export function readBody(incoming: IncomingMessage, most: number): Promise<Uint8Array> {
  if (Number(incoming.headers['content-length'] ?? 0) > most) throw tooLarge(most);
  return readIncoming(incoming, most);
}

// Events cost a third of what reading through a web stream does.
function readIncoming(incoming: IncomingMessage, most: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (work: () => void) => {
      incoming.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
      work();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > most) stop(() => reject(tooLarge(most)));
      else chunks.push(chunk);
    };
    const onEnd = () =>
      stop(() => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    const onError = (error: unknown) => stop(() => reject(gone(error)));
    const onClose = () => stop(() => reject(gone(undefined)));
    incoming.on('data', onData).once('end', onEnd).once('error', onError).once('close', onClose);
    if (incoming.readableEnded) onEnd();
    else if (incoming.destroyed) onClose();
  });
}

function gone(cause: unknown): DOMException {
  return new DOMException(
    `The client went away${cause instanceof Error ? ` (${cause.name})` : ''}.`,
    'AbortError',
  );
}

function tooLarge(most: number): Problem {
  return new Problem(
    { status: 413, type: 'invalid_request_error', code: 'body_too_large' },
    `The body is larger than ${most} bytes. Upload files by \`/v1/files\`, or raise the limit of ` +
      'the server.',
    { connection: 'close' },
  );
}
