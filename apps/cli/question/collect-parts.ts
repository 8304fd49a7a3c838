import { answerCollector } from '../../../src/entries/backends.ts';
import type { Answer, StreamPart } from '../../../src/index.ts';

/** Reads a stream to its end, showing every part, and returns the whole answer. */
export async function collectParts(
  stream: ReadableStream<StreamPart>,
  show: (part: StreamPart) => void,
): Promise<Answer> {
  const collector = answerCollector();
  for await (const part of stream as unknown as AsyncIterable<StreamPart>) {
    collector.add(part);
    show(part);
  }
  return collector.answer();
}
