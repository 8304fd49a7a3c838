import { addUsage, usageOf } from '../model/leaf/cost/usage.ts';
import type { Call, LanguageModel, Usage } from '../model/types.ts';
import type { Place } from '../trace/span.ts';
import { doubleOf, promptText, type Reply } from './double.ts';

/**
 * One leaf of an exam: where it is and what it answers. Replies depend on the call alone, so that
 * calls may overlap.
 */
export interface Role {
  readonly place: Place;
  readonly reply: (call: Call) => string | Reply;
}

/** What a probe leaf saw. */
export interface ProbeLeaf {
  readonly model: LanguageModel;
  /** Calls begun, ended with an answer, and aborted under way. */
  readonly seen: { begun: number; ended: number; aborted: number };
  /** The usage of every answer given. */
  readonly usage: () => Usage;
}

/** How a probe behaves beside answering. */
export interface ProbeLeafOptions {
  readonly modelId: string;
  readonly delayMs?: (call: Call) => number;
  /** Throws before answering, if it gives an error for the n-th call (from 0). */
  readonly failure?: (n: number, call: Call) => unknown;
  readonly warnings?: Reply['warnings'];
  readonly supportedUrls?: Record<string, RegExp[]>;
  /** Breaks the stream after the first delta of every answer. */
  readonly breaks?: unknown;
}

/** Makes a leaf that counts what happens to it. */
export function probe(role: Role, options: ProbeLeafOptions): ProbeLeaf {
  const seen = { begun: 0, ended: 0, aborted: 0 };
  let total = usageOf(0, 0);
  const identity = {
    modelId: options.modelId,
    place: role.place,
    ...(options.supportedUrls && { supportedUrls: options.supportedUrls }),
  };
  const model = doubleOf(identity, async call => {
    const n = seen.begun++;
    const failure = options.failure?.(n, call);
    if (failure) throw failure;
    await wait(options.delayMs?.(call) ?? 0, call.abortSignal).catch(reason => {
      seen.aborted++;
      throw reason;
    });
    const given = role.reply(call);
    const reply: Reply = typeof given === 'string' ? { text: given } : given;
    const usage =
      reply.usage ?? usageOf(Math.ceil(promptText(call).length / 4), 1 + (reply.text?.length ?? 0));
    total = addUsage(total, usage);
    seen.ended++;
    const more = { ...(options.warnings && { warnings: options.warnings }) };
    return {
      ...reply,
      usage,
      ...more,
      ...(options.breaks ? { breaks: { after: 1, error: options.breaks } } : {}),
    };
  });
  return { model, seen, usage: () => total };
}

async function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (milliseconds === 0) return;
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
