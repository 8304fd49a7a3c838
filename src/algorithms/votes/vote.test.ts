import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addVote, emptyTally, leader, votesNeeded, winner } from './vote.ts';

const tallyOf = (votes: readonly string[]) => votes.reduce(addVote, emptyTally);

describe('first to ahead by k', () => {
  it.each([
    ['', 1, undefined],
    ['a', 1, 'a'],
    ['aab', 2, undefined],
    ['aaab', 2, 'a'],
    ['abab', 2, undefined],
    ['abbb', 2, 'b'],
  ])('decides %o at k = %o as %o', (votes, k, expected) => {
    expect(winner(tallyOf([...votes]), k)).toBe(expected);
  });

  it('never has a winner that leads by less than k, and always needs the missing lead', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 }),
        fc.integer({ min: 1, max: 6 }),
        (votes, k) => {
          const tally = tallyOf(votes);
          const { candidate, lead } = leader(tally);
          expect(winner(tally, k)).toBe(lead >= k ? candidate : undefined);
          expect(votesNeeded(tally, k)).toBe(Math.max(0, k - lead));
          expect([...tally.counts.values()].reduce((sum, count) => sum + count, 0)).toBe(
            votes.length,
          );
        },
      ),
    );
  });

  it('gives equal votes to the candidate that was drawn first', () => {
    expect(leader(tallyOf(['b', 'a', 'a', 'b'])).candidate).toBe('b');
  });
});
