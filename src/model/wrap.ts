import { keepBrand } from './place.ts';
import type { Call, LanguageModel } from './types.ts';

/** What a wrapper changes. */
export interface Wrapping {
  /** Changes the call before the model gets it; must return a copy. */
  readonly call?: (call: Call) => Call;
  /** Another id for the model, such as a short name. Default: its own. */
  readonly modelId?: string;
}

/**
 * Wraps a model and keeps what it is: pattern or leaf, on the device or in the cloud. A foreign wrapper loses both,
 * so that a pattern inside it is counted as a cloud model.
 */
export function wrap(model: LanguageModel, wrapping: Wrapping): LanguageModel {
  const change = wrapping.call ?? ((call: Call) => call);
  return keepBrand(model, {
    specificationVersion: 'v4',
    provider: model.provider,
    modelId: wrapping.modelId ?? model.modelId,
    get supportedUrls() {
      return model.supportedUrls;
    },
    doGenerate: async call => model.doGenerate(change(call)),
    doStream: async call => model.doStream(change(call)),
  });
}
