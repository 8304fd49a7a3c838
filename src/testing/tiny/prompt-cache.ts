import { timeSlice } from './time-slice.ts';
import type { Sequence, Transformer } from './transformer.ts';

/** A prompt that was read: its keys and values, and the logits of what follows. */
export interface ReadPrompt {
  readonly sequence: Sequence;
  readonly logits: Float32Array;
  /** Tokens that were not read again. */
  readonly cached: number;
}

const most = 4;

/** Keeps the last few prompts, so that many votes on one step read it once. Calls at the same time share the reading. */
export function promptCache(): {
  read(transformer: Transformer, ids: readonly number[], signal: AbortSignal | undefined): Promise<ReadPrompt>;
} {
  const promptByKey = new Map<string, Promise<Omit<ReadPrompt, 'cached'>>>();
  return {
    async read(transformer, ids, signal) {
      const key = ids.join(',');
      const known = promptByKey.get(key);
      if (known) return { ...(await known), cached: ids.length };
      const reading = readPrompt(transformer, ids, signal);
      promptByKey.set(key, reading);
      // An aborted reading must not answer those who come later.
      reading.catch(() => promptByKey.delete(key));
      if (promptByKey.size > most) promptByKey.delete(promptByKey.keys().next().value!);
      return { ...(await reading), cached: 0 };
    },
  };
}

async function readPrompt(
  transformer: Transformer,
  ids: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Omit<ReadPrompt, 'cached'>> {
  const sequence = transformer.open();
  const slice = timeSlice(signal);
  for (const id of ids.slice(0, -1)) {
    transformer.feed(sequence, id, false);
    await slice();
  }
  return { sequence, logits: transformer.feed(sequence, ids.at(-1)!, true)!.slice() };
}
