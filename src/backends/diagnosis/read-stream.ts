import type { StreamPart, Usage } from '../../model/types.ts';

/** What a stream showed. */
export interface StreamFacts {
  readonly deltas: number;
  /** Time of the first content, of `performance.now()`. */
  readonly firstAt: number | undefined;
  readonly usage: Usage | undefined;
}

/**
 * Reads a stream to its end and notes when its content came. @throws what the stream carried as an
 * error
 */
export async function readStream(stream: ReadableStream<StreamPart>): Promise<StreamFacts> {
  let deltas = 0;
  let firstAt: number | undefined;
  let usage: Usage | undefined;
  for await (const part of stream) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'text-delta' || part.type === 'reasoning-delta') {
      firstAt ??= performance.now();
      deltas++;
    }
    if (part.type === 'finish') usage = part.usage;
  }
  return { deltas, firstAt, usage };
}
