import { describe, expect, it } from 'vitest';
import { claimsOf } from './claims.ts';

const ids = new Set(['e1', 'e2', 'p1']);

describe('claimsOf', () => {
  it('gives sentences with the extracts that they name, also behind the full stop', () => {
    const answer = 'The fee is 4,800 euros [e1]. It rises in May. [e2, p1] That is all.';
    expect(claimsOf(answer, ids, [])).toEqual([
      { text: 'The fee is 4,800 euros [e1].', ids: ['e1'], isUnsupported: false },
      { text: 'It rises in May. [e2, p1]', ids: ['e2', 'p1'], isUnsupported: false },
    ]);
  });

  it('marks what no extract supports, named or not, and leaves out what states nothing', () => {
    const answer = 'Hello! The fee is 6,250 euros [e9]. See [this](https://example.org).';
    expect(claimsOf(answer, ids, ['The fee is 6,250 euros [e9].'])).toEqual([
      { text: 'The fee is 6,250 euros [e9].', ids: [], isUnsupported: true },
    ]);
  });

  it('gives nothing for an answer without marks, and none for an empty one', () => {
    expect(claimsOf('It is blue.', ids, [])).toEqual([]);
    expect(claimsOf('', ids, [])).toEqual([]);
  });
});
