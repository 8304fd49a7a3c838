import { expect, it } from 'vitest';
import { wordingTurns } from './wording-turns.ts';

function asked(wordings: number, solvers: number, isFlagged: (wording: number) => boolean) {
  const turns = wordingTurns(wordings, solvers);
  return Array.from({ length: 8 }, () => {
    const wording = turns.next();
    turns.count(isFlagged(wording));
    return wording;
  });
}

it('lets wordings take turns, more slowly than solvers', () => {
  expect(asked(3, 1, () => false)).toEqual([0, 1, 2, 0, 1, 2, 0, 1]);
  expect(asked(2, 2, () => false)).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
});

it('passes over a wording that was flagged twice and never valid, once another one is', () => {
  expect(asked(2, 1, wording => wording === 0)).toEqual([0, 1, 0, 1, 1, 1, 1, 1]);
  expect(asked(3, 1, wording => wording !== 2)).toEqual([0, 1, 2, 0, 1, 2, 2, 2]);
});

it('goes on with all where none is valid', () => {
  expect(asked(2, 1, () => true)).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
});
