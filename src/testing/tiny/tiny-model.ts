import { answerCollector } from '../../model/answer.ts';
import { TandemError } from '../../model/errors.ts';
import { onDevice } from '../../model/leaf/model/place.ts';
import type { LanguageModel, StreamPart } from '../../model/types.ts';
import { type LoadedModel, loadFile, loadWeights } from './load-weights.ts';
import { type Writer, writeAnswer } from './write-answer.ts';

/** A toy model: a GGUF file, by its path or by its bytes. */
export type TinyModelOptions = TinySource & {
  /** Default: `tiny:` and the file's name. */
  readonly modelId?: string;
  /**
   * Ends an answer after this text, which stays; a call's own `stopSequences` end it before
   * themselves, as ever.
   */
  readonly stopAfter?: string;
  /** Draws for calls without a seed, 0 (included) to 1 (excluded). Default: `Math.random`. */
  readonly random?: () => number;
};

type TinySource =
  | { readonly path: string; readonly weights?: never }
  | { readonly weights: Uint8Array; readonly path?: never };

/**
 * Makes a **toy** language model of a GGUF file of about a megabyte, run in plain JavaScript: real
 * inference for demos and tests, of no use as a local model. Its prompt is the text of the last
 * user message, parts on lines of their own, and nothing else. A file is read at once, and once for
 * each path. Temperature 0 unless the call says otherwise; the same call with the same seed gives
 * the same answer, whatever else runs.
 * @throws TandemError `invalid_argument` for a file that cannot be read
 */
export function tinyModel(options: TinyModelOptions): LanguageModel {
  const model = load(options);
  const modelId = options.modelId ?? `tiny:${model.name}`;
  if (options.stopAfter === '') {
    const message =
      '`stopAfter` must not be empty, got "". Leave it out to write on to the end of the text.';
    throw new TandemError('invalid_argument', message);
  }
  const writer: Writer = {
    model,
    modelId,
    stopAfter: options.stopAfter,
    random: options.random ?? Math.random,
  };
  return onDevice<LanguageModel>({
    specificationVersion: 'v4',
    provider: 'tandem.tiny',
    modelId,
    supportedUrls: {},
    async doGenerate(call) {
      const collector = answerCollector();
      for await (const part of writeAnswer(writer, call)) collector.add(part);
      return collector.answer();
    },
    async doStream(call) {
      return {
        stream: ReadableStream.from(writeAnswer(writer, call)) as ReadableStream<StreamPart>,
      };
    },
  });
}

function load({ path, weights }: TinyModelOptions): LoadedModel {
  return weights === undefined ? loadFile(path) : loadWeights(weights, 'weights.gguf');
}
