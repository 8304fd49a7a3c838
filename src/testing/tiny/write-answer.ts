import { seededRandom } from '../../algorithms/seeded-random.ts';
import { stopCutter } from '../../algorithms/text/stop-cutter.ts';
import { requireRange, TandemError } from '../../model/errors.ts';
import { logprobMetadata, type TokenLogprob, wantsLogprobs } from '../../model/leaf/logprobs.ts';
import type { Call, StreamPart } from '../../model/types.ts';
import { lastUserText } from '../double.ts';
import { eventLoopTurns } from './event-loop-turns.ts';
import { ignoredOptions } from './ignored-options.ts';
import type { LoadedModel } from './load-weights.ts';
import { logprobOf, type Sampling, sampleToken } from './sample-token.ts';
import type { TokenReader } from './token-tree.ts';

/** Who writes, and how. */
export interface Writer {
  readonly model: LoadedModel;
  readonly modelId: string;
  readonly stopAfter: string | undefined;
  readonly random: () => number;
}

interface Written {
  readonly logprobs: readonly TokenLogprob[];
  readonly end: 'stop' | 'length';
}

/** Begins every text and ends it. */
const endOfText = 0;
const id = '0';

/**
 * Writes the answer to a call, token by token. @throws TandemError `invalid_argument`,
 * `model_failed`
 */
export async function* writeAnswer(writer: Writer, call: Call): AsyncGenerator<StreamPart, void> {
  const { model, modelId } = writer;
  const sampling = samplingOf(writer, call);
  const prompt = [endOfText, ...model.tokenizer.encode(lastUserText(call))];
  if (prompt.length >= model.contextTokens)
    throw tooLong(modelId, prompt.length, model.contextTokens);
  yield { type: 'stream-start', warnings: ignoredOptions(call) };
  const nextTurn = eventLoopTurns(call.abortSignal);
  const reader = model.tree.open();
  const { logits, cached } = await readPrompt(reader, prompt, nextTurn);
  yield { type: 'text-start', id };
  const { logprobs, end } = yield* writeText({ writer, call, reader, logits, sampling, nextTurn });
  yield { type: 'text-end', id };
  const output = logprobs.length;
  yield {
    type: 'finish',
    finishReason: { unified: end, raw: end },
    usage: {
      inputTokens: {
        total: prompt.length,
        noCache: prompt.length - cached,
        cacheRead: cached,
        cacheWrite: undefined,
      },
      outputTokens: { total: output, text: output, reasoning: 0 },
    },
    ...(wantsLogprobs(call) && { providerMetadata: logprobMetadata(logprobs) }),
  };
}

async function readPrompt(
  reader: TokenReader,
  prompt: readonly number[],
  nextTurn: () => Promise<void> | undefined,
): Promise<{ logits: Float32Array; cached: number }> {
  let cached = 0;
  for (const token of prompt.slice(0, -1)) {
    await nextTurn();
    if (reader.read(token, false).isKnown) cached++;
  }
  await nextTurn();
  const last = reader.read(prompt.at(-1)!, true);
  return { logits: last.read.logits!, cached: cached + (last.isKnown ? 1 : 0) };
}

interface Writing {
  readonly writer: Writer;
  readonly call: Call;
  readonly reader: TokenReader;
  readonly logits: Float32Array;
  readonly sampling: Sampling;
  readonly nextTurn: () => Promise<void> | undefined;
}

async function* writeText(writing: Writing): AsyncGenerator<StreamPart, Written> {
  const { writer, call, reader, sampling, nextTurn } = writing;
  const { tokenizer, contextTokens } = writer.model;
  const cutter = stopCutter({ before: call.stopSequences ?? [], after: writer.stopAfter });
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const mostTokens = Math.min(
    call.maxOutputTokens ?? Number.POSITIVE_INFINITY,
    contextTokens - reader.length,
  );
  const logprobs: TokenLogprob[] = [];
  let told = 0;
  // Each delta bears the tokens since the one before, some of which may have been held back for a
  // stop sequence.
  const news = () => {
    const since = wantsLogprobs(call) ? logprobs.slice(told) : [];
    told = logprobs.length;
    return since;
  };
  let { logits } = writing;
  let token: number | undefined;
  while (token !== endOfText && !cutter.isStopped && logprobs.length < mostTokens) {
    await nextTurn();
    if (token !== undefined) logits = reader.read(token, true).read.logits!;
    token = sampleToken(logits, sampling);
    const bytes = tokenizer.bytesOf(token);
    logprobs.push({ token: Buffer.from(bytes).toString(), logprob: logprobOf(logits, token) });
    yield* delta(cutter.add(decoder.decode(bytes, { stream: true })), news());
  }
  yield* delta(cutter.isStopped ? '' : cutter.add(decoder.decode()) + cutter.rest(), news());
  return { logprobs, end: token === endOfText || cutter.isStopped ? 'stop' : 'length' };
}

function* delta(text: string, logprobs: readonly TokenLogprob[]): Generator<StreamPart> {
  if (text === '') return;
  const metadata = logprobs.length > 0 && { providerMetadata: logprobMetadata(logprobs) };
  yield { type: 'text-delta', id, delta: text, ...metadata };
}

function samplingOf({ random }: Writer, call: Call): Sampling {
  const advice = 'Use 0 for the most probable answer.';
  return {
    temperature: requireRange('temperature', call.temperature ?? 0, [0, 100], advice),
    random: call.seed === undefined ? random : seededRandom(call.seed),
  };
}

function tooLong(modelId: string, tokens: number, contextTokens: number): TandemError {
  const message =
    `The prompt has ${tokens} tokens, "${modelId}" reads ${contextTokens - 1}. ` +
    'It is a toy: ask in the short wordings that it was trained on.';
  return new TandemError('model_failed', message, { data: { modelId, tokens } });
}
