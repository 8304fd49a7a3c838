import { replay } from '../answer.ts';
import type { Answer, StreamPart } from '../types.ts';

/** Shows a part of an answer to whoever reads it; resolves when the reader wants the next. */
export type Show = (part: StreamPart) => Promise<void> | undefined;

/** What `show` rejects with when the reader has gone away. Its name is what the trace says of such a call. */
export const readerGone = new DOMException('The stream was left before its end.', 'unfinished');

/**
 * Reads the parts that a piece of work shows. The work begins with the first read and never runs ahead of the reader;
 * the last part comes when all work is done. An answer of which nothing was shown is replayed.
 */
export async function* partsShownBy(work: (show: Show) => Promise<Answer>): AsyncGenerator<StreamPart> {
  const hatch = openHatch();
  const answer = work(hatch.show);
  answer.then(hatch.close, hatch.close);
  try {
    for (let part = await hatch.next(); part; part = await hatch.next()) yield part;
    const whole = await answer;
    if (hatch.last) yield hatch.last;
    else if (!hatch.hasShown) yield* replay(whole);
  } finally {
    hatch.leave();
    await answer.catch(() => {});
  }
}

/** Where parts pass from the work to the reader, one at a time. */
interface Hatch {
  readonly show: Show;
  /** Lets the work go on, and waits for a part; `undefined` when the work is over. */
  next(): Promise<StreamPart | undefined>;
  /** Notes that the work is over. */
  close(): void;
  /** Notes that the reader has gone away. */
  leave(): void;
  /** The `finish` part, which the reader gets when the work is over. */
  readonly last: StreamPart | undefined;
  readonly hasShown: boolean;
}

function openHatch(): Hatch {
  let part: StreamPart | undefined;
  let [hasShown, isOver] = [false, false];
  let last: StreamPart | undefined;
  // The worker that waits for the reader, and the reader that waits for the worker.
  let worker: PromiseWithResolvers<void> | undefined;
  let reader: PromiseWithResolvers<void> | undefined;
  return {
    show(shown) {
      hasShown = true;
      if (shown.type === 'finish') {
        last = shown;
        return undefined;
      }
      part = shown;
      worker = Promise.withResolvers();
      reader?.resolve();
      return worker.promise;
    },
    async next() {
      reader = Promise.withResolvers();
      worker?.resolve();
      if (!part && !isOver) await reader.promise;
      const shown = part;
      part = undefined;
      return shown;
    },
    close() {
      isOver = true;
      reader?.resolve();
    },
    leave: () => worker?.reject(readerGone),
    get last() {
      return last;
    },
    get hasShown() {
      return hasShown;
    },
  };
}
