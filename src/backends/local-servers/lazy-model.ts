import { shareFacts } from '../../model/leaf/model/model-record.ts';
import { onDevice } from '../../model/leaf/model/place.ts';
import type { LanguageModel } from '../../model/types.ts';

/**
 * Makes a model on this device that is found, started or loaded when it is first asked. A failure
 * to do so is not kept: the next call tries again.
 */
export function lazyModel(modelId: string, make: () => Promise<LanguageModel>): LanguageModel {
  let made: Promise<LanguageModel> | undefined;
  const ready = () => {
    made ??= make().then(
      model => {
        shareFacts(outer, model);
        return model;
      },
      (error: unknown) => {
        made = undefined;
        throw error;
      },
    );
    return made;
  };
  const outer: LanguageModel = onDevice({
    specificationVersion: 'v4',
    provider: `tandem.${modelId.slice(0, modelId.indexOf(':'))}`,
    modelId,
    supportedUrls: {},
    doGenerate: async call => (await ready()).doGenerate(call),
    doStream: async call => (await ready()).doStream(call),
  });
  return outer;
}
