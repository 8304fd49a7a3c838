import { shareRecord } from './leaf/model/model-record.ts';
import type { Call, LanguageModel, StreamPart, StreamResult } from './types.ts';

/** What a wrapper changes. */
export interface Wrapping {
  /** Changes the call before the model gets it; must return a copy. */
  readonly call?: (call: Call) => Call;
  /**
   * What is to be done around a call, such as waiting for a turn; `undefined` where there is
   * nothing.
   */
  readonly around?: (call: Call) => Bracket | undefined;
  /** Another id for the model, such as a short name. Default: its own. */
  readonly modelId?: string;
}

/**
 * Does something before a piece of work and after it; the work of a stream ends when the stream has
 * been read or left.
 */
export type Bracket = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Wraps a model and keeps what it is: pattern or leaf, on the device or in the cloud, and what is
 * known of it. A foreign wrapper loses the first two, so that a model inside it is counted as a
 * cloud model.
 * @example
 * ```ts
 * const logged = wrap(local, {
 *   around: call => async work => {
 *     console.log(call.prompt.length);
 *     return work();
 *   },
 * });
 * ```
 */
export function wrap(model: LanguageModel, wrapping: Wrapping): LanguageModel {
  const change = wrapping.call ?? ((call: Call) => call);
  return shareRecord(model, {
    specificationVersion: 'v4',
    provider: model.provider,
    modelId: wrapping.modelId ?? model.modelId,
    get supportedUrls() {
      return model.supportedUrls;
    },
    async doGenerate(call) {
      const bracket = wrapping.around?.(call);
      const changed = change(call);
      return bracket ? bracket(async () => model.doGenerate(changed)) : model.doGenerate(changed);
    },
    async doStream(call) {
      const bracket = wrapping.around?.(call);
      const changed = change(call);
      return bracket
        ? streamIn(bracket, async () => model.doStream(changed))
        : model.doStream(changed);
    },
  });
}

function streamIn(bracket: Bracket, open: () => Promise<StreamResult>): Promise<StreamResult> {
  return new Promise((resolve, reject) => {
    const whole = bracket(async () => {
      const { stream, ...rest } = await open();
      const ended = Promise.withResolvers<void>();
      resolve({ ...rest, stream: observed(stream, ended) });
      await ended.promise;
    });
    // After the stream was handed over, its reader has the error already.
    whole.catch(reject);
  });
}

function observed(
  stream: ReadableStream<StreamPart>,
  { resolve: end, reject: fail }: PromiseWithResolvers<void>,
): ReadableStream<StreamPart> {
  const reader = stream.getReader();
  return new ReadableStream<StreamPart>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        controller.close();
        end();
      } catch (error) {
        controller.error(error);
        fail(error);
      }
    },
    async cancel(reason) {
      const left = reader.cancel(reason);
      end(left);
      await left;
    },
  });
}
