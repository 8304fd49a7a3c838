import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteTokenizer, type Tokenizer } from './byte-tokenizer.ts';
import { readGguf } from './read-gguf.ts';

describe('the byte tokenizer', () => {
  it.each(['hanoi-finished', 'toy-tasks-late'])(
    'of %s spells any text in tokens and back',
    name => {
      const tokenizer = tokenizerOf(name);
      fc.assert(
        fc.property(fc.string({ unit: 'grapheme' }), text => {
          expect(decoded(tokenizer, tokenizer.encode(text))).toBe(text);
        }),
        { seed: 1, numRuns: 300 },
      );
    },
  );

  it('gives every byte of the Hanoi models a token of its own', () => {
    expect(tokenizerOf('hanoi-finished').encode('A|1=')).toEqual([67, 126, 51, 63]);
  });

  it('merges words but never digits', () => {
    const tokenizer = tokenizerOf('toy-tasks-late');
    const pieces = tokenizer.encode(' Final Answer: 1234').map(id => decoded(tokenizer, [id]));
    expect(pieces).toEqual([' Final', ' Answer', ':', ' ', '1', '2', '3', '4']);
  });

  it('merges by rank, not from the left', () => {
    const tokenizer = byteTokenizer(['<s>', '<pad>', 'a', 'b', 'c', 'bc', 'ab'], ['b c', 'a b']);
    expect(tokenizer.encode('abc')).toEqual([2, 5]);
  });
});

function tokenizerOf(name: string): Tokenizer {
  const bytes = readFileSync(new URL(`../../../models/${name}-q8_0.gguf`, import.meta.url));
  const { values } = readGguf(bytes, name);
  return byteTokenizer(
    values.get('tokenizer.ggml.tokens') as string[],
    values.get('tokenizer.ggml.merges') as string[],
  );
}

function decoded(tokenizer: Tokenizer, ids: readonly number[]): string {
  return Buffer.concat(ids.map(id => tokenizer.bytesOf(id))).toString();
}
