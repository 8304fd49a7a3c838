import { requireWhole, TandemError } from './errors.ts';
import { isComposite } from './leaf/model/place.ts';
import { orAbort } from './leaf/retry.ts';
import { whileOwned } from './run/scope.ts';
import type { LanguageModel } from './types.ts';
import { wrap } from './wrap.ts';

/**
 * Bounds how many calls a model serves at a time; others wait in the order of asking. The result is
 * the model itself in every other respect. It takes leaves only: a limited pattern could wait for
 * itself.
 * @throws TandemError `invalid_argument`
 * @example
 * ```ts
 * const shared = limit(local, { concurrency: 2 });
 * ```
 */
export function limit(
  model: LanguageModel,
  options: { readonly concurrency: number },
): LanguageModel {
  const concurrency = requireWhole(
    'concurrency',
    options.concurrency,
    1,
    'Use 1 to serve one call at a time.',
  );
  if (isComposite(model)) {
    const message =
      `\`limit\` takes no pattern, got "${model.modelId}". Limit the models inside ` +
      'it instead.';
    throw new TandemError('invalid_argument', message);
  }
  const slots = openSlots(concurrency);
  return wrap(model, {
    around: call => async work => {
      const release = await slots.take(call.abortSignal);
      try {
        return await whileOwned(work);
      } finally {
        release();
      }
    },
  });
}

/** Turns to be taken, so many at a time. */
export interface Slots {
  /** Waits for a slot; the returned function gives it back, and does nothing the second time. */
  take(signal: AbortSignal | undefined): Promise<() => void>;
}

/** Opens so many slots. */
export function openSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  const give = () => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
  // Awaited, not called back: the waiting call goes on in its own scope, not in that of whoever
  // freed the slot.
  const wait = async (signal: AbortSignal | undefined) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    try {
      await (signal ? orAbort(promise, signal) : promise);
    } catch (error) {
      const position = waiting.indexOf(resolve);
      // Aborted after the slot had been given to it: pass the slot on.
      if (position < 0) give();
      else waiting.splice(position, 1);
      throw error;
    }
  };
  return {
    async take(signal) {
      signal?.throwIfAborted();
      if (free > 0) free--;
      else await wait(signal);
      let isHeld = true;
      return () => {
        if (isHeld) give();
        isHeld = false;
      };
    },
  };
}
