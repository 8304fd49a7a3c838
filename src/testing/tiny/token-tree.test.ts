import { describe, expect, it } from 'vitest';
import { tokenTree } from './token-tree.ts';
import type { ReadToken, Transformer } from './transformer.ts';

describe('the token tree', () => {
  it('reads equal beginnings once, whoever comes with them', () => {
    const { transformer, reads } = counting();
    const tree = tokenTree(transformer);
    const one = tree.open();
    const two = tree.open();
    for (const token of [5, 6, 7]) one.read(token, false);
    expect([5, 6, 8].map(token => two.read(token, false).isKnown)).toEqual([true, true, false]);
    expect(reads).toEqual(['5', '5,6', '5,6,7', '5,6,8']);
    expect(two.length).toBe(3);
  });

  it('reads again what was read without logits, once they are wanted', () => {
    const { transformer, reads } = counting();
    const tree = tokenTree(transformer);
    tree.open().read(5, false);
    expect(tree.open().read(5, true)).toMatchObject({
      isKnown: false,
      read: { logits: expect.anything() },
    });
    expect(tree.open().read(5, true).isKnown).toBe(true);
    expect(tree.open().read(5, false).isKnown).toBe(true);
    expect(reads).toEqual(['5', '5']);
  });

  it('forgets once it is full, without harm to whoever is reading', () => {
    const { transformer, reads } = counting();
    const tree = tokenTree(transformer, 8);
    const long = tree.open();
    for (const token of [1, 2, 3]) long.read(token, false);
    expect(tree.open().read(1, false).isKnown).toBe(false);
    long.read(4, false);
    expect(reads).toEqual(['1', '1,2', '1,2,3', '1', '1,2,3,4']);
  });
});

// Stands for a transformer: its memory of a token is the token.
function counting(): { transformer: Transformer; reads: string[] } {
  const reads: string[] = [];
  const transformer: Transformer = {
    read(path, token, wantsLogits): ReadToken {
      reads.push([...path.map(({ memory }) => memory[0]), token].join(','));
      return {
        memory: Float32Array.of(token),
        logits: wantsLogits ? Float32Array.of(0) : undefined,
      };
    },
  };
  return { transformer, reads };
}
