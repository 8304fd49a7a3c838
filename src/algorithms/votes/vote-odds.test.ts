import { describe, expect, it } from 'vitest';
import { seededRandom } from '../seeded-random.ts';
import { addVote, emptyTally, winner } from './vote.ts';
import {
  countedFailure,
  expectedCost,
  expectedVotes,
  leastLead,
  poisonedCeiling,
  stepSuccess,
  taskSuccess,
} from './vote-odds.ts';

const million = 1_048_575;

describe('the least lead', () => {
  it.each([
    [0.6, 15, 25, 42],
    [0.7, 7, 12, 20],
    [0.8, 5, 8, 13],
    [0.9, 3, 5, 8],
    [0.95, 2, 4, 6],
    [0.99, 2, 3, 4],
    [0.999, 1, 2, 3],
  ])(
    'for p = %d is %i, %i, %i for 15, 1,023 and 1,048,575 steps at a target of 0.95',
    (p, ...leads) => {
      expect([15, 1023, million].map(steps => leastLead({ p, steps }, 0.95))).toEqual(leads);
    },
  );

  // MAKER, figure 6b: error of a step, k, votes a step.
  it.each([
    [0.3571, 29, 101.5],
    [0.004, 4, 4.03],
    [0.0022, 3, 3.013],
    [0.0018, 3, 3.011],
    [0.1839, 12, 19.0],
    [0.0358, 6, 6.46],
    [0.2342, 15, 28.2],
    [0.0569, 6, 6.77],
    [0.0393, 6, 6.51],
  ])(
    'of a published model that errs in %d of its steps is %i, at %d votes a step',
    (error, lead, votes) => {
      expect(leastLead({ p: 1 - error, steps: million }, 0.95)).toBe(lead);
      expect(Math.abs(expectedVotes(1 - error, lead) / votes - 1)).toBeLessThan(0.004);
    },
  );

  it('does not exist for a solver that is wrong as often as right, nor for certainty', () => {
    expect(leastLead({ p: 0.5, steps: 10 }, 0.95)).toBe(Number.POSITIVE_INFINITY);
    expect(leastLead({ p: 0.3, steps: 10 }, 0.95)).toBe(Number.POSITIVE_INFINITY);
    expect(leastLead({ p: 0.99, steps: 10 }, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(leastLead({ p: 1, steps: 10 }, 0.95)).toBe(1);
    expect(stepSuccess(0.5, 3)).toBeNaN();
    expect(taskSuccess({ p: 0.4, steps: 10 }, 3)).toBeNaN();
    expect(expectedVotes(0.5, 3)).toBeNaN();
  });
});

describe('success and cost', () => {
  it.each([
    [5, 0.368, 8.32],
    [7, 0.9395, 11.67],
    [8, 0.985, 13.33],
  ])('at p = 0.8 over 1,023 steps with k = %i are %d and %d votes a step', (k, success, votes) => {
    expect(taskSuccess({ p: 0.8, steps: 1023 }, k)).toBeCloseTo(success, 3);
    expect(expectedVotes(0.8, k)).toBeCloseTo(votes, 1);
  });

  it('keep their digits where p is close to 1 and steps are many', () => {
    const lost = 1 - taskSuccess({ p: 1 - 1e-9, steps: 1e6 }, 2);
    expect(lost / 1e-12).toBeCloseTo(1, 2);
    expect(leastLead({ p: 1 - 1e-9, steps: 1e15 }, 0.999_999)).toBe(3);
  });

  it('pay for flagged samples', () => {
    const task = { p: 0.9, steps: 100, valid: 0.8 };
    const free = expectedCost({ ...task, valid: 1 }, { k: 3, perSample: 0.01 });
    expect(expectedCost(task, { k: 3, perSample: 0.01 })).toBeCloseTo(free / 0.8, 9);
    expect(expectedCost({ ...task, valid: 0 }, { k: 3, perSample: 1 })).toBeNaN();
  });

  it('end at the ceiling of poisoned steps, whatever the k', () => {
    expect(poisonedCeiling(0.001, 51)).toBeCloseTo(0.95, 3);
    expect(poisonedCeiling(0, 1e6)).toBe(1);
    expect(poisonedCeiling(1, 3)).toBe(0);
  });
});

describe('drawn votes', () => {
  const draw = (p: number, wrong: number, random: () => number) =>
    random() < p ? 'right' : `wrong ${Math.floor(random() * wrong)}`;

  function simulate({ p, wrong, k }: { p: number; wrong: number; k: number }, rounds = 20_000) {
    const random = seededRandom(1);
    let [right, votes] = [0, 0];
    for (let round = 0; round < rounds; round++) {
      let tally = emptyTally;
      while (winner(tally, k) === undefined) {
        tally = addVote(tally, draw(p, wrong, random));
        votes++;
      }
      if (winner(tally, k) === 'right') right++;
    }
    return { success: right / rounds, votes: votes / rounds };
  }

  it('succeed as often and take as many votes as the formula says, against one alternative', () => {
    const { success, votes } = simulate({ p: 0.7, wrong: 1, k: 3 });
    expect(Math.abs(success - stepSuccess(0.7, 3))).toBeLessThan(0.006);
    expect(Math.abs(votes / expectedVotes(0.7, 3) - 1)).toBeLessThan(0.01);
  });

  it.each([2, 5, 20])('succeed more often in fewer votes against %i alternatives', wrong => {
    const { success, votes } = simulate({ p: 0.7, wrong, k: 3 }, 5000);
    expect(success).toBeGreaterThan(stepSuccess(0.7, 3));
    expect(votes).toBeLessThan(expectedVotes(0.7, 3));
  });

  it('are cured by a larger k where the right answer is only the most common one', () => {
    const found = [3, 5, 8].map(k => simulate({ p: 0.4, wrong: 3, k }, 3000));
    for (const [index, [success, votes]] of (
      [
        [0.804, 15.7],
        [0.949, 32.0],
        [0.995, 51.7],
      ] as const
    ).entries()) {
      expect(Math.abs(found[index]!.success - success)).toBeLessThan(0.02);
      expect(Math.abs(found[index]!.votes / votes - 1)).toBeLessThan(0.05);
    }
  });
});

describe('a step whose votes were counted', () => {
  const random = seededRandom(11);
  const drawn = (shares: readonly number[]) => {
    let left = random();
    return Math.max(
      0,
      shares.findIndex(share => {
        left -= share;
        return left < 0;
      }),
    );
  };
  const winnerOf = (shares: readonly number[], k: number) => {
    let tally = emptyTally;
    while (winner(tally, k) === undefined) tally = addVote(tally, String(drawn(shares)));
    return winner(tally, k);
  };

  it.each([
    [[0.6, 0.4], 2],
    [[0.6, 0.4], 4],
    [[0.5, 0.25, 0.15, 0.1], 2],
    [[0.5, 0.25, 0.15, 0.1], 4],
    [[0.45, 0.2, 0.2, 0.15], 3],
  ])('fails no more often than the bound says, with shares of %j and k = %i', (shares, k) => {
    let failed = 0;
    for (let trial = 0; trial < 4000; trial++) if (winnerOf(shares, k) !== '0') failed++;
    const [right = 0, ...others] = shares.map(share => share * 1e6);
    expect(failed / 4000).toBeLessThan(countedFailure({ right, others }, k) + 0.01);
  });

  it('is bounded by what few votes can tell, and by 1 where it may go either way', () => {
    const [few, many] = [
      countedFailure({ right: 20, others: [5] }, 4),
      countedFailure({ right: 2000, others: [500] }, 4),
    ];
    expect(few).toBeGreaterThan(many);
    expect(many).toBeCloseTo(0.25 ** 4, 2);
    expect(countedFailure({ right: 20, others: [5] }, 4, 0)).toBeCloseTo(0.25 ** 4, 6);
    expect(countedFailure({ right: 11, others: [9] }, 50)).toBe(1);
    expect(countedFailure({ right: 0, others: [] }, 3)).toBe(0);
  });
});
