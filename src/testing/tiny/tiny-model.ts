import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import { answerCollector } from '../../model/answer.ts';
import { TandemError } from '../../model/errors.ts';
import { logprobMetadata, type TokenLogprob, wantsLogprobs } from '../../model/logprobs.ts';
import { onDevice } from '../../model/place.ts';
import type { Answer, Call, LanguageModel, StreamPart, Usage, Warning } from '../../model/types.ts';
import { lastUserText } from '../double.ts';
import { readGguf } from './gguf.ts';
import { promptCache } from './prompt-cache.ts';
import { timeSlice } from './time-slice.ts';
import { byteTokenizer, type Tokenizer } from './tokenizer.ts';
import { type Sequence, type Transformer, transformerOf } from './transformer.ts';

interface Loaded {
  readonly transformer: Transformer;
  readonly tokenizer: Tokenizer;
  readonly prompts: ReturnType<typeof promptCache>;
}

// Weights are read once and shared; every call has a sequence of its own.
const loadedByPath = new Map<string, Loaded>();
const startToken = 0;
const endToken = 0;

/**
 * Makes a **toy** language model of a GGUF file of about a megabyte, run in plain JavaScript: real inference, for
 * demos and tests, and no use as a local model. Its prompt is the text of the last user message.
 * @throws TandemError `invalid_argument` for a file that cannot be read
 */
export function tinyModel(path: string, options: { readonly modelId?: string } = {}): LanguageModel {
  const loaded = load(path);
  const modelId = options.modelId ?? `tiny:${basename(path)}`;
  return onDevice<LanguageModel>({
    specificationVersion: 'v4',
    provider: 'tandem.tiny',
    modelId,
    supportedUrls: {},
    async doGenerate(call) {
      const collector = answerCollector();
      for await (const part of write(loaded, call, modelId)) collector.add(part);
      return collector.answer();
    },
    async doStream(call) {
      return { stream: ReadableStream.from(write(loaded, call, modelId)) as ReadableStream<StreamPart> };
    },
  });
}

function load(path: string): Loaded {
  const known = loadedByPath.get(path);
  if (known) return known;
  const name = basename(path);
  const file = readGguf(readBytes(path, name), name);
  const tokens = (file.values['tokenizer.ggml.tokens'] ?? []) as string[];
  const merges = (file.values['tokenizer.ggml.merges'] ?? []) as string[];
  const loaded = {
    transformer: transformerOf(file, name),
    tokenizer: byteTokenizer(tokens, merges),
    prompts: promptCache(),
  };
  loadedByPath.set(path, loaded);
  return loaded;
}

function readBytes(path: string, name: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new TandemError('invalid_argument', `The model file "${name}" cannot be opened (${why}). Check the path.`, {
      cause: error,
    });
  }
}

async function* write(loaded: Loaded, call: Call, modelId: string): AsyncGenerator<StreamPart> {
  yield { type: 'stream-start', warnings: warningsOf(call) };
  const { transformer, tokenizer, prompts } = loaded;
  const ids = [startToken, ...tokenizer.encode(lastUserText(call))];
  if (ids.length >= transformer.contextTokens) throw tooLong(modelId, ids.length, transformer.contextTokens);
  const read = await prompts.read(transformer, ids, call.abortSignal);
  const writer = openWriter({ loaded, call, sequence: transformer.open(read.sequence), logits: read.logits.slice() });
  yield { type: 'text-start', id: '0' };
  const slice = timeSlice(call.abortSignal);
  while (!writer.isDone()) {
    const delta = writer.next();
    if (delta !== '') yield { type: 'text-delta', id: '0', delta };
    await slice();
  }
  const rest = writer.rest();
  if (rest !== '') yield { type: 'text-delta', id: '0', delta: rest };
  yield { type: 'text-end', id: '0' };
  const { finishReason, written, logprobs } = writer.result();
  yield {
    type: 'finish',
    finishReason,
    usage: usageOf({ prompt: ids.length, cached: read.cached, written }),
    ...(wantsLogprobs(call) && { providerMetadata: logprobMetadata(logprobs) }),
  };
}

interface Writing {
  readonly loaded: Loaded;
  readonly call: Call;
  readonly sequence: Sequence;
  readonly logits: Float32Array;
}

function openWriter({ loaded, call, sequence, logits: first }: Writing) {
  const { transformer, tokenizer } = loaded;
  const { temperature = 0, stopSequences = [] } = call;
  const random = call.seed === undefined ? Math.random : seededRandom(call.seed);
  const most = Math.min(
    call.maxOutputTokens ?? Number.POSITIVE_INFINITY,
    transformer.contextTokens - sequence.position,
  );
  const decoder = new TextDecoder();
  const logprobs: TokenLogprob[] = [];
  let logits: Float32Array = first;
  let held = '';
  let ended: 'stop' | 'length' | undefined;
  // Text that may be the beginning of a stop sequence is held back.
  const release = () => {
    const at = Math.min(...stopSequences.map(stop => held.indexOf(stop)).filter(found => found >= 0));
    if (Number.isFinite(at)) {
      ended = 'stop';
      held = held.slice(0, at);
    }
    const keep = ended ? 0 : Math.max(0, ...stopSequences.map(stop => overlap(held, stop)));
    const out = held.slice(0, held.length - keep);
    held = held.slice(held.length - keep);
    return out;
  };
  return {
    isDone: () => ended !== undefined,
    next(): string {
      const token = sample(logits, temperature, random);
      const bytes = tokenizer.bytesOf(token);
      logprobs.push({ token: Buffer.from(bytes).toString(), logprob: logprobOf(logits, token) });
      if (token === endToken) ended = 'stop';
      else held += decoder.decode(bytes, { stream: true });
      const out = release();
      if (!ended && logprobs.length >= most) ended = 'length';
      if (!ended) logits = transformer.feed(sequence, token, true)!.slice();
      return out;
    },
    rest: () => held + decoder.decode(),
    result: () => ({
      finishReason: { unified: ended ?? 'other', raw: ended } as Answer['finishReason'],
      written: logprobs.length,
      logprobs,
    }),
  };
}

function overlap(text: string, stop: string): number {
  for (let size = Math.min(stop.length - 1, text.length); size > 0; size--) {
    if (text.endsWith(stop.slice(0, size))) return size;
  }
  return 0;
}

function sample(logits: Float32Array, temperature: number, random: () => number): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  if (temperature <= 0) return best;
  let total = 0;
  for (const logit of logits) total += Math.exp((logit - logits[best]!) / temperature);
  let left = random() * total;
  for (let id = 0; id < logits.length; id++) {
    left -= Math.exp((logits[id]! - logits[best]!) / temperature);
    if (left <= 0) return id;
  }
  return best;
}

// Of the model's own distribution, before the temperature.
function logprobOf(logits: Float32Array, token: number): number {
  const most = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - most), 0);
  return Math.min(0, logits[token]! - most - Math.log(sum));
}

function usageOf({ prompt, cached, written }: { prompt: number; cached: number; written: number }): Usage {
  return {
    inputTokens: { total: prompt, noCache: prompt - cached, cacheRead: cached, cacheWrite: undefined },
    outputTokens: { total: written, text: written, reasoning: 0 },
  };
}

function warningsOf(call: Call): Warning[] {
  const cannot: string[] = [];
  if (call.tools && call.tools.length > 0) cannot.push('tools');
  if (call.responseFormat?.type === 'json') cannot.push('responseFormat');
  for (const option of ['topK', 'topP', 'presencePenalty', 'frequencyPenalty'] as const) {
    if (call[option] !== undefined) cannot.push(option);
  }
  return cannot.map(feature => ({ type: 'unsupported', feature, details: 'A toy model has no such thing.' }));
}

function tooLong(modelId: string, tokens: number, context: number): TandemError {
  return new TandemError(
    'bad_answer',
    `The prompt has ${tokens} tokens, "${modelId}" reads ${context - 1}. It is a toy: ask in its own short wordings.`,
    { data: { modelId, tokens } },
  );
}
