import { partReader } from '../../model/leaf/reading/part-reader.ts';
import { readAnswer } from '../../model/leaf/reading/read-answer.ts';
import { type ReadFor, readByCaller, readsItself } from '../../model/leaf/reading/reading.ts';
import type { LanguageModel, StreamPart } from '../../model/types.ts';

/**
 * Makes a model whose answers are read for what they are, also where no pattern asks it: thinking,
 * objects, tool calls that were written as text.
 */
export function readingModel(model: LanguageModel): LanguageModel {
  const outer: LanguageModel = {
    specificationVersion: 'v4',
    provider: model.provider,
    modelId: model.modelId,
    get supportedUrls() {
      return model.supportedUrls;
    },
    doGenerate(call) {
      const answer = model.doGenerate(call);
      if (readByCaller.has(call)) return answer;
      return answer.then(written => readAnswer(written, { call, model: outer }));
    },
    async doStream(call) {
      const { stream, ...rest } = await model.doStream(call);
      if (readByCaller.has(call)) return { stream, ...rest };
      return { ...rest, stream: readStream(stream, { call, model: outer }) };
    },
  };
  readsItself.note(outer, true);
  return outer;
}

// Read on only when the last parts have been taken: that is the back-pressure.
function readStream(stream: ReadableStream<StreamPart>, about: ReadFor) {
  const reader = stream.getReader();
  const parts = partReader(about);
  return new ReadableStream<StreamPart>(
    {
      async pull(controller) {
        for (let isTold = false; !isTold; ) {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          for (const part of parts.read(value)) {
            controller.enqueue(part);
            isTold = true;
          }
        }
      },
      cancel: reason => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
