import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { modelShape } from './model-shape.ts';
import { readGguf } from './read-gguf.ts';

const whole = readFileSync(new URL('../../../models/hanoi-finished-q8_0.gguf', import.meta.url));

describe('the GGUF reader', () => {
  it('finds values, names and shapes of a whole file', () => {
    const { values, tensors } = readGguf(whole, 'x.gguf');
    expect(values.get('general.architecture')).toBe('llama');
    expect(tensors.get('blk.3.ffn_down.weight')).toHaveLength(128 * 352);
    expect(modelShape({ values, tensors }, 'x.gguf')).toMatchObject({
      width: 128,
      heads: 4,
      group: 2,
      vocabulary: 258,
    });
  });

  it.each([0, 3, 7, 20, 100, 5000, 400_000, -1])(
    'says that a file cut at %i ends too early',
    at => {
      const error =
        'The model file "x.gguf" cannot be read: it ends too early. Give a whole GGUF file';
      expect(() => readGguf(whole.subarray(0, at), 'x.gguf')).toThrow(error);
    },
  );

  it.each([
    ['another magic', 0, 0x21212121, 'it does not begin with "GGUF"'],
    ['another version', 4, 9, 'its version is 9, not 2 or 3'],
    ['more tensors than there are', 8, 0x7fffffff, 'it ends too early'],
    ['a key longer than the file', 28, 0x7fffffff, 'it ends too early'],
    [
      'an unknown type of value',
      24 + 8 + 'general.architecture'.length,
      77,
      'it holds a value of unknown type 77',
    ],
  ])('refuses %s', (_, at, word, why) => {
    const damaged = Buffer.from(whole);
    damaged.writeUInt32LE(word, at);
    expect(() => readGguf(damaged, 'x.gguf')).toThrow(why);
  });

  it('reads F32, F16 and Q8_0 alike and refuses other types', () => {
    const values = [0, 1, -2.5, 65_504, 2 ** -24];
    const f32 = Buffer.from(Float32Array.from(values).buffer);
    const f16 = Buffer.from(Uint16Array.of(0x0000, 0x3c00, 0xc100, 0x7bff, 0x0001).buffer);
    expect([...tensorOf({ type: 0, elements: 5, data: f32 })]).toEqual(values);
    expect([...tensorOf({ type: 1, elements: 5, data: f16 })]).toEqual(values);
    const block = Buffer.alloc(34, 0xfe);
    block.writeUInt16LE(0x3800, 0);
    expect([...tensorOf({ type: 8, elements: 32, data: block })]).toEqual(new Array(32).fill(-1));
    expect(() => tensorOf({ type: 2, elements: 32, data: block })).toThrow(
      'the tensor t is of type 2; F32, F16 and',
    );
    expect(() => tensorOf({ type: 8, elements: 33, data: block })).toThrow(
      'the tensor t has 33 elements',
    );
    expect(() => tensorOf({ type: 0, elements: 2 ** 40, data: block })).toThrow(
      'it ends too early',
    );
  });

  it('refuses a model of another shape', () => {
    const { values, tensors } = readGguf(whole, 'x.gguf');
    const shapeOf = (key: string, value: unknown) =>
      modelShape({ values: new Map([...values, [key, value]]), tensors }, 'x.gguf');
    expect(() => shapeOf('general.architecture', 'mamba')).toThrow(
      'is of architecture mamba. Give a Llama-shaped GGUF',
    );
    expect(() => shapeOf('llama.block_count', 5)).toThrow('has nothing in blk.4.attn_norm.weight');
    expect(() => shapeOf('llama.feed_forward_length', 353)).toThrow(
      'has 45056 weights, not 45184, in blk.0.ffn_gate',
    );
    expect(() => shapeOf('llama.context_length', 0)).toThrow('has 0 as llama.context_length');
    expect(() => shapeOf('llama.attention.head_count_kv', 3)).toThrow(
      'has 4 heads and 3 key heads',
    );
  });
});

function tensorOf({
  type,
  elements,
  data,
}: {
  type: number;
  elements: number;
  data: Buffer;
}): Float32Array {
  const head = Buffer.alloc(64);
  head.write('GGUF', 0);
  head.writeUInt32LE(3, 4);
  head.writeBigUInt64LE(1n, 8);
  head.writeBigUInt64LE(0n, 16);
  head.writeBigUInt64LE(1n, 24);
  head.write('t', 32);
  head.writeUInt32LE(1, 33);
  head.writeBigUInt64LE(BigInt(elements), 37);
  head.writeUInt32LE(type, 45);
  head.writeBigUInt64LE(0n, 49);
  return readGguf(Buffer.concat([head, data]), 'x.gguf').tensors.get('t')!;
}
