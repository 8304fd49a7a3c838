import {
  type Answer,
  type Call,
  type LanguageModel,
  type RunOptions,
  run,
  type StreamPart,
} from '../../../src/index.ts';

/** Who is asked what, within which limits. */
export interface Question {
  readonly model: LanguageModel;
  readonly call: Call;
  readonly settings: RunOptions;
  readonly signal: AbortSignal;
}

/** Asks for whole answers, `count` of them in one run. The first failure ends the others. */
export function answersOf(
  { model, call, settings, signal }: Question,
  count: number,
): Promise<Answer[]> {
  return run(settings, async () => {
    if (count === 1) return [await model.doGenerate({ ...call, abortSignal: signal })];
    const controller = new AbortController();
    const either = AbortSignal.any([signal, controller.signal]);
    try {
      return await Promise.all(
        choices(call, count).map(choice => model.doGenerate({ ...choice, abortSignal: either })),
      );
    } finally {
      controller.abort();
    }
  });
}

/** A part of one of several answers. */
export type Choice = readonly [index: number, part: StreamPart];

/**
 * Streams `count` answers in one run, which ends with the stream, whether it is read to its end or
 * not.
 */
export async function* partsOf(
  { model, call, settings, signal }: Question,
  count: number,
): AsyncGenerator<Choice> {
  const opened = Promise.withResolvers<AsyncGenerator<Choice>>();
  const ended = Promise.withResolvers<void>();
  const running = run(settings, async () => {
    const streams = await Promise.all(
      (count === 1 ? [call] : choices(call, count)).map(choice =>
        model.doStream({ ...choice, abortSignal: signal }),
      ),
    );
    opened.resolve(
      count === 1 ? single(streams[0]!.stream) : merged(streams.map(({ stream }) => stream)),
    );
    await ended.promise;
  });
  running.catch(opened.reject);
  ended.promise.catch(() => {});
  const parts = await opened.promise;
  try {
    yield* parts;
    ended.resolve();
  } catch (error) {
    ended.reject(error);
    throw error;
  } finally {
    // A reader that has gone away ends here too: the run was cut.
    ended.reject(
      signal.aborted
        ? signal.reason
        : new DOMException('The stream was not read to its end.', 'AbortError'),
    );
    await running.catch(() => {});
  }
}

/**
 * Waits for the first part, or for so many milliseconds: what fails before is a status, not a
 * broken stream.
 */
export async function begun<T>(
  parts: AsyncGenerator<T>,
  mostMs: number,
): Promise<AsyncGenerator<T>> {
  const first = parts.next();
  let timer: NodeJS.Timeout | undefined;
  const slow = new Promise<void>(resolve => {
    timer = setTimeout(resolve, mostMs);
  });
  await Promise.race([first, slow]).finally(() => clearTimeout(timer));
  first.catch(() => {});
  return continued(first, parts);
}

async function* continued<T>(
  first: Promise<IteratorResult<T>>,
  rest: AsyncGenerator<T>,
): AsyncGenerator<T> {
  try {
    const { done, value } = await first;
    if (done) return;
    yield value as T;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

// Equal calls with equal seeds would give equal answers.
function choices(call: Call, count: number): Call[] {
  return Array.from({ length: count }, (_, index) =>
    call.seed === undefined ? call : { ...call, seed: call.seed + index },
  );
}

async function* single(stream: ReadableStream<StreamPart>): AsyncGenerator<Choice> {
  for await (const part of stream as unknown as AsyncIterable<StreamPart>) yield [0, part];
}

async function* merged(streams: readonly ReadableStream<StreamPart>[]): AsyncGenerator<Choice> {
  const readers = streams.map(stream => stream.getReader());
  const read = async (index: number) => ({ index, ...(await readers[index]!.read()) });
  const pending = new Map(readers.map((_, index) => [index, read(index)]));
  try {
    while (pending.size > 0) {
      const { index, done, value } = await Promise.race(pending.values());
      if (done) pending.delete(index);
      else {
        pending.set(index, read(index));
        yield [index, value as StreamPart];
      }
    }
  } finally {
    for (const rest of pending.values()) rest.catch(() => {});
    await Promise.allSettled(readers.map(reader => reader.cancel()));
  }
}
