import type { LayerWeights, ModelShape } from './model-shape.ts';
import { multiply } from './multiply.ts';

/**
 * A Llama-shaped decoder (RMS norm, rotary positions, grouped heads, SwiGLU, tied embeddings) in
 * 32-bit floats.
 */
export interface Transformer {
  /**
   * Reads a token after those of a path, which it leaves as they are. Without `wantsLogits` the
   * work that only the logits need is left out.
   */
  read(path: readonly ReadToken[], token: number, wantsLogits: boolean): ReadToken;
}

/**
 * What reading a token left behind: all that later tokens need of it. Never changed once made, so
 * it may be shared.
 */
export interface ReadToken {
  /** By layer, its key and its value. */
  readonly memory: Float32Array;
  /** Of the token that follows; absent if they were not wanted. */
  readonly logits: Float32Array | undefined;
}

/**
 * What is written over and over while one token is read; reading is synchronous, so that calls
 * cannot meet here.
 */
interface Scratch {
  readonly stream: Float32Array;
  readonly normed: Float32Array;
  readonly query: Float32Array;
  readonly mixed: Float32Array;
  readonly gate: Float32Array;
  readonly up: Float32Array;
  readonly shares: Float64Array;
}

interface TransformerStep {
  readonly shape: ModelShape;
  readonly scratch: Scratch;
  readonly rotation: Float64Array;
  readonly position: number;
  /** By position, this one included. */
  readonly memories: readonly Float32Array[];
  /** Where the layer's key begins in a memory. */
  readonly keyBegin: number;
}

/** Makes the transformer of a model. */
export function transformerOf(shape: ModelShape): Transformer {
  const { width, inner, keyWidth, contextTokens, layers } = shape;
  const rotation = rotationOf(shape);
  const scratch: Scratch = {
    stream: new Float32Array(width),
    normed: new Float32Array(width),
    query: new Float32Array(width),
    mixed: new Float32Array(width),
    gate: new Float32Array(inner),
    up: new Float32Array(inner),
    shares: new Float64Array(contextTokens),
  };
  return {
    read(path, token, wantsLogits) {
      scratch.stream.set(shape.embeddings.subarray(token * width, (token + 1) * width));
      const memory = new Float32Array(layers.length * 2 * keyWidth);
      const memories = [...path.map(read => read.memory), memory];
      for (const [index, layer] of layers.entries()) {
        const keyBegin = index * 2 * keyWidth;
        const step: TransformerStep = {
          shape,
          scratch,
          rotation,
          position: path.length,
          memories,
          keyBegin,
        };
        remember(step, layer);
        // Nobody will read the stream of the last layer.
        if (!wantsLogits && index === layers.length - 1) break;
        attend(step, layer);
        feedForward(step, layer);
      }
      return { memory, logits: wantsLogits ? logitsOf(shape, scratch) : undefined };
    },
  };
}

/** Writes the token's own key and value. */
function remember(
  { shape, scratch, rotation, position, memories, keyBegin }: TransformerStep,
  layer: LayerWeights,
): void {
  const { keyWidth, epsilon } = shape;
  const key = memories[position]!.subarray(keyBegin, keyBegin + keyWidth);
  const value = memories[position]!.subarray(keyBegin + keyWidth, keyBegin + 2 * keyWidth);
  normalize(scratch.normed, scratch.stream, { weights: layer.attentionNorm, epsilon });
  multiply(key, layer.key, scratch.normed);
  multiply(value, layer.value, scratch.normed);
  rotate(key, turnAt(rotation, position, shape.headWidth));
}

function attend(step: TransformerStep, layer: LayerWeights): void {
  const { shape, rotation, position } = step;
  const { stream, normed, query, mixed } = step.scratch;
  multiply(query, layer.query, normed);
  rotate(query, turnAt(rotation, position, shape.headWidth));
  mixed.fill(0);
  for (let head = 0; head < shape.heads; head++) mixHead(head, step);
  multiply(normed, layer.output, mixed);
  for (let n = 0; n < stream.length; n++) stream[n]! += normed[n]!;
}

function mixHead(
  head: number,
  { shape, scratch, position, memories, keyBegin }: TransformerStep,
): void {
  const { query, shares, mixed } = scratch;
  const { headWidth } = shape;
  const keyAt = keyBegin + Math.floor(head / shape.group) * headWidth;
  const valueAt = keyAt + shape.keyWidth;
  const begin = head * headWidth;
  const scale = 1 / Math.sqrt(headWidth);
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 0; at <= position; at++) {
    const memory = memories[at]!;
    let dot = 0;
    for (let n = 0; n < headWidth; n++) dot += query[begin + n]! * memory[keyAt + n]!;
    shares[at] = dot * scale;
    if (shares[at]! > most) most = shares[at]!;
  }
  let sum = 0;
  for (let at = 0; at <= position; at++) sum += shares[at] = Math.exp(shares[at]! - most);
  for (let at = 0; at <= position; at++) {
    const memory = memories[at]!;
    const share = shares[at]! / sum;
    for (let n = 0; n < headWidth; n++) mixed[begin + n]! += share * memory[valueAt + n]!;
  }
}

function feedForward({ shape, scratch }: TransformerStep, layer: LayerWeights): void {
  const { stream, normed, gate, up } = scratch;
  normalize(normed, stream, { weights: layer.feedNorm, epsilon: shape.epsilon });
  multiply(gate, layer.gate, normed);
  multiply(up, layer.up, normed);
  for (let n = 0; n < gate.length; n++) gate[n] = (gate[n]! / (1 + Math.exp(-gate[n]!))) * up[n]!;
  multiply(normed, layer.down, gate);
  for (let n = 0; n < stream.length; n++) stream[n]! += normed[n]!;
}

function logitsOf(shape: ModelShape, { stream, normed }: Scratch): Float32Array {
  const logits = new Float32Array(shape.vocabulary);
  normalize(normed, stream, { weights: shape.lastNorm, epsilon: shape.epsilon });
  multiply(logits, shape.embeddings, normed);
  return logits;
}

function normalize(
  out: Float32Array,
  from: Float32Array,
  { weights, epsilon }: { readonly weights: Float32Array; readonly epsilon: number },
): void {
  let sum = 0;
  for (let n = 0; n < from.length; n++) sum += from[n]! * from[n]!;
  const scale = 1 / Math.sqrt(sum / from.length + epsilon);
  for (let n = 0; n < out.length; n++) out[n] = from[n]! * scale * weights[n]!;
}

// Neighbouring values turn together (interleaved rotary positions), every head the same way.
function rotate(vector: Float32Array, turn: Float64Array): void {
  for (let at = 0; at < vector.length; at += 2) {
    const cosine = turn[at % turn.length]!;
    const sine = turn[(at % turn.length) + 1]!;
    const x = vector[at]!;
    const y = vector[at + 1]!;
    vector[at] = x * cosine - y * sine;
    vector[at + 1] = x * sine + y * cosine;
  }
}

/** Cosine and sine by turns, for the pairs of one head. */
function turnAt(rotation: Float64Array, position: number, headWidth: number): Float64Array {
  return rotation.subarray(position * headWidth, (position + 1) * headWidth);
}

function rotationOf({ headWidth, contextTokens, rotaryBase }: ModelShape): Float64Array {
  const table = new Float64Array(contextTokens * headWidth);
  for (let position = 0; position < contextTokens; position++) {
    for (let n = 0; n < headWidth; n += 2) {
      const angle = position * rotaryBase ** (-n / headWidth);
      table[position * headWidth + n] = Math.cos(angle);
      table[position * headWidth + n + 1] = Math.sin(angle);
    }
  }
  return table;
}
