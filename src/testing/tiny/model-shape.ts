import { TandemError } from '../../model/errors.ts';
import type { Gguf } from './read-gguf.ts';

/** The measures of a Llama-shaped model, and its weights by layer. */
export interface ModelShape {
  readonly width: number;
  readonly inner: number;
  readonly heads: number;
  readonly headWidth: number;
  /** Width of the keys and of the values: fewer heads than the queries have. */
  readonly keyWidth: number;
  /** Query heads that share a key head. */
  readonly group: number;
  readonly contextTokens: number;
  readonly vocabulary: number;
  readonly rotaryBase: number;
  readonly epsilon: number;
  /** One row a token, for reading and, since they are tied, for writing. */
  readonly embeddings: Float32Array;
  readonly layers: readonly LayerWeights[];
  readonly lastNorm: Float32Array;
}

/** The weights of one layer. */
export interface LayerWeights {
  readonly attentionNorm: Float32Array;
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
  readonly output: Float32Array;
  readonly feedNorm: Float32Array;
  readonly gate: Float32Array;
  readonly up: Float32Array;
  readonly down: Float32Array;
}

/**
 * Finds the measures and weights of a model file and checks that they fit. @throws TandemError
 * `invalid_argument`
 */
export function modelShape(file: Gguf, name: string): ModelShape {
  const architecture = file.values.get('general.architecture');
  if (architecture !== 'llama') throw unfit(name, `is of architecture ${String(architecture)}`);
  if (file.tensors.has('output.weight')) throw unfit(name, 'has an output matrix of its own');
  const width = whole(file, name, 'embedding_length');
  const heads = whole(file, name, 'attention.head_count');
  const keyHeads = whole(file, name, 'attention.head_count_kv');
  const inner = whole(file, name, 'feed_forward_length');
  const headWidth = width / heads;
  if (headWidth % 2 !== 0 || heads % keyHeads !== 0) {
    throw unfit(name, `has ${heads} heads and ${keyHeads} key heads in a width of ${width}`);
  }
  const sizes = { width, inner, keyWidth: keyHeads * headWidth };
  const vocabulary =
    (file.values.get('tokenizer.ggml.tokens') as unknown[] | undefined)?.length ?? 0;
  const tensor = (key: string, size: number) => tensorOf(file, name, { key, size });
  return {
    ...sizes,
    heads,
    headWidth,
    vocabulary,
    group: heads / keyHeads,
    contextTokens: whole(file, name, 'context_length'),
    rotaryBase: Number(file.values.get('llama.rope.freq_base') ?? 10_000),
    epsilon: Number(file.values.get('llama.attention.layer_norm_rms_epsilon') ?? 1e-5),
    embeddings: tensor('token_embd', vocabulary * width),
    layers: Array.from({ length: whole(file, name, 'block_count') }, (_, index) =>
      layerOf(sizes, (key, size) => tensor(`blk.${index}.${key}`, size)),
    ),
    lastNorm: tensor('output_norm', width),
  };
}

function layerOf(
  { width, inner, keyWidth }: Pick<ModelShape, 'width' | 'inner' | 'keyWidth'>,
  tensor: (key: string, size: number) => Float32Array,
): LayerWeights {
  return {
    attentionNorm: tensor('attn_norm', width),
    query: tensor('attn_q', width * width),
    key: tensor('attn_k', keyWidth * width),
    value: tensor('attn_v', keyWidth * width),
    output: tensor('attn_output', width * width),
    feedNorm: tensor('ffn_norm', width),
    gate: tensor('ffn_gate', inner * width),
    up: tensor('ffn_up', inner * width),
    down: tensor('ffn_down', width * inner),
  };
}

function whole(file: Gguf, name: string, key: string): number {
  const value = file.values.get(`llama.${key}`);
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw unfit(name, `has ${value === undefined ? 'no' : String(value)} as llama.${key}`);
}

function tensorOf(
  file: Gguf,
  name: string,
  { key, size }: { key: string; size: number },
): Float32Array {
  const weights = file.tensors.get(`${key}.weight`);
  if (weights?.length === size) return weights;
  throw unfit(
    name,
    `has ${weights ? `${weights.length} weights, not ${size},` : 'nothing'} in ${key}.weight`,
  );
}

function unfit(name: string, what: string): TandemError {
  const advice = 'Give a Llama-shaped GGUF with tied embeddings.';
  return new TandemError('invalid_argument', `The model file "${name}" ${what}. ${advice}`, {
    data: { file: name },
  });
}
