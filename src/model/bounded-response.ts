import { TandemError } from './errors.ts';

/** Most bytes of an answer that is read whole, after unpacking. */
export const mostWholeBytes = 16_777_216;
/** Most bytes of an answer that comes as a stream, after unpacking. */
export const mostStreamedBytes = 67_108_864;

/**
 * Makes the error of an answer that is longer than any of a model: what has no end fills the memory
 * otherwise.
 */
export function answerTooLong(most: number): TandemError {
  const message =
    `The server’s answer is longer than ${most} bytes, and the rest was not read. Ask for less, ` +
    'or check that the endpoint is that of a model server.';
  return new TandemError('model_failed', message, { data: { failure: 'protocol', most } });
}

/**
 * Bounds the bytes of a response of the platform’s `fetch` or of a caller’s own: of events and
 * lines `mostStreamedBytes`, of anything else `mostWhole`. Reading beyond fails.
 * @throws TandemError `model_failed` of kind `protocol`, while the body is read
 */
export function boundedResponse(response: Response, mostWhole = mostWholeBytes): Response {
  // A client of ours counts what it receives itself, and reads a whole answer without a stream.
  if ((response as { readonly isBounded?: boolean }).isBounded) return response;
  const { body, headers, status, statusText } = response;
  if (typeof body?.pipeThrough !== 'function') return response;
  const isStream = /event-stream|ndjson/.test(headers.get('content-type') ?? '');
  const most = isStream ? mostStreamedBytes : mostWhole;
  // HTTP holds a body to the length that is stated, unless it was packed.
  const length = Number(headers.get('content-length') ?? Number.NaN);
  if (length <= most && !headers.has('content-encoding')) return response;
  return new Response(body.pipeThrough(countedUpTo(most)), { status, statusText, headers });
}

function countedUpTo(most: number): TransformStream<Uint8Array, Uint8Array> {
  let received = 0;
  return new TransformStream({
    transform(piece, to) {
      received += piece.byteLength;
      if (received > most) throw answerTooLong(most);
      to.enqueue(piece);
    },
  });
}
