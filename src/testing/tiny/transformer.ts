import { TandemError } from '../../model/errors.ts';
import type { Gguf } from './gguf.ts';

/** A Llama-shaped decoder (RMS norm, rotary positions, grouped heads, SwiGLU, tied embeddings) in 32-bit floats. */
export interface Transformer {
  readonly vocabulary: number;
  readonly contextTokens: number;
  /** Opens a sequence, empty or as a copy of another. */
  open(from?: Sequence): Sequence;
  /** Reads a token; returns the logits of the next, valid until the next call, or nothing unless they are wanted. */
  feed(sequence: Sequence, token: number, wantsLogits: boolean): Float32Array | undefined;
}

/** What a sequence has read: keys and values by layer. */
export interface Sequence {
  position: number;
  readonly keys: readonly Float32Array[];
  readonly values: readonly Float32Array[];
}

interface Shape {
  readonly width: number;
  readonly layers: number;
  readonly inner: number;
  readonly heads: number;
  readonly headWidth: number;
  readonly keyWidth: number;
  /** Query heads that share a key head. */
  readonly group: number;
  readonly context: number;
}

interface Layer {
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

const epsilon = 1e-5;

/** Makes a transformer of a model file. @throws TandemError `invalid_argument` if it is of another shape */
export function transformerOf(file: Gguf, name: string): Transformer {
  const shape = shapeOf(file, name);
  const tensor = (key: string) => file.tensors[key] ?? missing(name, key);
  const embeddings = tensor('token_embd.weight');
  const lastNorm = tensor('output_norm.weight');
  const layers = Array.from({ length: shape.layers }, (_, index) => layerOf(index, tensor));
  const rotation = rotationOf(shape, Number(file.values['llama.rope.freq_base'] ?? 10_000));
  const vocabulary = embeddings.length / shape.width;
  const { width, inner, keyWidth, context } = shape;
  // Scratch space, used within one call of `feed` only: it is synchronous, so calls cannot overlap.
  const scratch = {
    stream: new Float32Array(width),
    normed: new Float32Array(width),
    query: new Float32Array(width),
    key: new Float32Array(keyWidth),
    value: new Float32Array(keyWidth),
    mixed: new Float32Array(width),
    gate: new Float32Array(inner),
    up: new Float32Array(inner),
    weights: new Float32Array(context),
    logits: new Float32Array(vocabulary),
  };
  return {
    vocabulary,
    contextTokens: context,
    open: from => openSequence(shape, from),
    feed(sequence, token, wantsLogits) {
      const { stream, normed, logits } = scratch;
      stream.set(embeddings.subarray(token * width, (token + 1) * width));
      for (let index = 0; index < layers.length; index++) {
        attend({ shape, layer: layers[index]!, rotation, sequence, index }, scratch);
        feedForward(shape, layers[index]!, scratch);
      }
      sequence.position++;
      if (!wantsLogits) return undefined;
      normalize(normed, stream, lastNorm);
      multiply(logits, embeddings, normed);
      return logits;
    },
  };
}

type Scratch = Readonly<
  Record<'stream' | 'normed' | 'query' | 'key' | 'value' | 'mixed' | 'gate' | 'up' | 'weights', Float32Array>
>;

interface Attention {
  readonly shape: Shape;
  readonly layer: Layer;
  readonly rotation: Float32Array;
  readonly sequence: Sequence;
  readonly index: number;
}

function attend({ shape, layer, rotation, sequence, index }: Attention, scratch: Scratch): void {
  const { stream, normed, query, key, value, mixed } = scratch;
  const { position } = sequence;
  normalize(normed, stream, layer.attentionNorm);
  multiply(query, layer.query, normed);
  multiply(key, layer.key, normed);
  multiply(value, layer.value, normed);
  rotate(query, { shape, rotation, position });
  rotate(key, { shape, rotation, position });
  sequence.keys[index]!.set(key, position * shape.keyWidth);
  sequence.values[index]!.set(value, position * shape.keyWidth);
  mixed.fill(0);
  for (let head = 0; head < shape.heads; head++) mixHead(head, { shape, sequence, index }, scratch);
  multiply(normed, layer.output, mixed);
  for (let n = 0; n < shape.width; n++) stream[n]! += normed[n]!;
}

function mixHead(
  head: number,
  { shape, sequence, index }: Pick<Attention, 'shape' | 'sequence' | 'index'>,
  { query, weights, mixed }: Scratch,
): void {
  const { headWidth, keyWidth, group } = shape;
  const keys = sequence.keys[index]!;
  const values = sequence.values[index]!;
  const keyOffset = Math.floor(head / group) * headWidth;
  const queryOffset = head * headWidth;
  const scale = 1 / Math.sqrt(headWidth);
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 0; at <= sequence.position; at++) {
    let dot = 0;
    const row = at * keyWidth + keyOffset;
    for (let n = 0; n < headWidth; n++) dot += query[queryOffset + n]! * keys[row + n]!;
    weights[at] = dot * scale;
    if (weights[at]! > most) most = weights[at]!;
  }
  let sum = 0;
  for (let at = 0; at <= sequence.position; at++) sum += weights[at] = Math.exp(weights[at]! - most);
  for (let at = 0; at <= sequence.position; at++) {
    const share = weights[at]! / sum;
    const row = at * keyWidth + keyOffset;
    for (let n = 0; n < headWidth; n++) mixed[queryOffset + n]! += share * values[row + n]!;
  }
}

function feedForward(shape: Shape, layer: Layer, { stream, normed, gate, up }: Scratch): void {
  normalize(normed, stream, layer.feedNorm);
  multiply(gate, layer.gate, normed);
  multiply(up, layer.up, normed);
  for (let n = 0; n < shape.inner; n++) gate[n] = (gate[n]! / (1 + Math.exp(-gate[n]!))) * up[n]!;
  multiply(normed, layer.down, gate);
  for (let n = 0; n < shape.width; n++) stream[n]! += normed[n]!;
}

function normalize(out: Float32Array, from: Float32Array, weights: Float32Array): void {
  let sum = 0;
  for (let n = 0; n < from.length; n++) sum += from[n]! * from[n]!;
  const scale = 1 / Math.sqrt(sum / from.length + epsilon);
  for (let n = 0; n < out.length; n++) out[n] = from[n]! * scale * weights[n]!;
}

// Neighbouring values turn together (interleaved rotary positions).
function rotate(
  vector: Float32Array,
  { shape, rotation, position }: { shape: Shape; rotation: Float32Array; position: number },
): void {
  const half = shape.headWidth / 2;
  for (let at = 0; at < vector.length; at += 2) {
    const slot = (position * half + ((at / 2) % half)) * 2;
    const cosine = rotation[slot]!;
    const sine = rotation[slot + 1]!;
    const x = vector[at]!;
    const y = vector[at + 1]!;
    vector[at] = x * cosine - y * sine;
    vector[at + 1] = x * sine + y * cosine;
  }
}

/** out = matrix × vector; the four sums side by side are what lets the processor overlap them. */
function multiply(out: Float32Array, matrix: Float32Array, vector: Float32Array): void {
  const columns = vector.length;
  let at = 0;
  for (let row = 0; row < out.length; row++) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let n = 0; n < columns; n += 4, at += 4) {
      a += matrix[at]! * vector[n]!;
      b += matrix[at + 1]! * vector[n + 1]!;
      c += matrix[at + 2]! * vector[n + 2]!;
      d += matrix[at + 3]! * vector[n + 3]!;
    }
    out[row] = a + b + (c + d);
  }
}

function openSequence({ layers, context, keyWidth }: Shape, from: Sequence | undefined): Sequence {
  const copy = (source: Float32Array | undefined) => {
    const cache = new Float32Array(context * keyWidth);
    if (source && from) cache.set(source.subarray(0, from.position * keyWidth));
    return cache;
  };
  return {
    position: from?.position ?? 0,
    keys: Array.from({ length: layers }, (_, index) => copy(from?.keys[index])),
    values: Array.from({ length: layers }, (_, index) => copy(from?.values[index])),
  };
}

function rotationOf({ headWidth, context }: Shape, base: number): Float32Array {
  const half = headWidth / 2;
  const table = new Float32Array(context * half * 2);
  for (let position = 0; position < context; position++) {
    for (let n = 0; n < half; n++) {
      const angle = position * base ** ((-2 * n) / headWidth);
      table[(position * half + n) * 2] = Math.cos(angle);
      table[(position * half + n) * 2 + 1] = Math.sin(angle);
    }
  }
  return table;
}

function layerOf(index: number, tensor: (key: string) => Float32Array): Layer {
  const own = (key: string) => tensor(`blk.${index}.${key}.weight`);
  return {
    attentionNorm: own('attn_norm'),
    query: own('attn_q'),
    key: own('attn_k'),
    value: own('attn_v'),
    output: own('attn_output'),
    feedNorm: own('ffn_norm'),
    gate: own('ffn_gate'),
    up: own('ffn_up'),
    down: own('ffn_down'),
  };
}

function shapeOf({ values }: Gguf, name: string): Shape {
  const own = (key: string) => Number(values[`llama.${key}`] ?? missing(name, `llama.${key}`));
  if (values['general.architecture'] !== 'llama') missing(name, 'general.architecture = llama');
  const width = own('embedding_length');
  const heads = own('attention.head_count');
  const keyHeads = own('attention.head_count_kv');
  const headWidth = width / heads;
  return {
    width,
    heads,
    headWidth,
    layers: own('block_count'),
    inner: own('feed_forward_length'),
    keyWidth: keyHeads * headWidth,
    group: heads / keyHeads,
    context: own('context_length'),
  };
}

function missing(name: string, what: string): never {
  throw new TandemError('invalid_argument', `The model file "${name}" has no ${what}. Give a Llama-shaped GGUF.`);
}
