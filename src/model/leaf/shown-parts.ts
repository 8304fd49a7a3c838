import { answerCollector, replay } from '../answer.ts';
import type { Answer, StreamPart } from '../types.ts';

/** Shows a part of an answer to whoever reads it; resolves when the reader wants the next. */
export type Show = (part: StreamPart) => Promise<void> | undefined;

/**
 * What `show` rejects with when the reader has gone away. Its name is what the trace says of such a
 * call.
 */
export const readerGone = new DOMException('The stream was left before its end.', 'unfinished');

/**
 * Reads the parts that a piece of work shows, one at a time. The work begins with the first read
 * and never runs ahead of the reader; the `finish` part comes when all work is done. An answer of
 * which nothing was shown is replayed.
 */
export async function* partsShownBy(
  work: (show: Show) => Promise<Answer>,
): AsyncGenerator<StreamPart> {
  let shown: StreamPart | undefined;
  let finish: StreamPart | undefined;
  let hasShown = false;
  // The reader waits for news: a part, or the end of the work. The work waits until its part was
  // taken.
  let news = Promise.withResolvers<void>();
  let taken: PromiseWithResolvers<void> | undefined;
  const answer = work(part => {
    hasShown = true;
    if (part.type === 'finish') {
      finish = part;
      return undefined;
    }
    shown = part;
    taken = Promise.withResolvers();
    news.resolve();
    return taken.promise;
  });
  const end = () => news.resolve();
  answer.then(end, end);
  try {
    for (await news.promise; shown; await news.promise) {
      const part = shown;
      shown = undefined;
      news = Promise.withResolvers();
      yield part;
      taken?.resolve();
    }
    const whole = await answer;
    if (finish) yield finish;
    else if (!hasShown) yield* replay(whole);
  } finally {
    taken?.reject(readerGone);
    await answer.catch(() => {});
  }
}

/** Reads parts to their end into an answer, and shows each on the way. */
export async function collectParts(
  parts: AsyncIterable<StreamPart>,
  show: Show | undefined,
): Promise<Answer> {
  const collector = answerCollector();
  for await (const part of parts) {
    collector.add(part);
    await show?.(part);
  }
  return collector.answer();
}
