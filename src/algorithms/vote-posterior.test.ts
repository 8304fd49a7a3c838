import { describe, expect, it } from 'vitest';
import { seededRandom } from './seeded-random.ts';
import { stepSuccess } from './vote-odds.ts';
import { fitBeta, posteriorRight } from './vote-posterior.ts';

describe('the posterior of the leader', () => {
  it('is that of the fixed k where all steps are alike', () => {
    const prior = { alpha: 0.9e6, beta: 0.1e6 };
    expect(posteriorRight({ ahead: 3, behind: 0 }, prior)).toBeCloseTo(stepSuccess(0.9, 3), 4);
    expect(posteriorRight({ ahead: 5, behind: 2 }, prior)).toBeCloseTo(stepSuccess(0.9, 3), 4);
  });

  it('trusts a lead less on a contested step where steps differ', () => {
    const prior = { alpha: 3, beta: 0.3 };
    const clear = posteriorRight({ ahead: 3, behind: 0 }, prior);
    expect(posteriorRight({ ahead: 6, behind: 3 }, prior)).toBeLessThan(clear);
    expect(posteriorRight({ ahead: 2, behind: 2 }, prior)).toBeCloseTo(0.5, 9);
  });
});

describe('the fit of a pilot', () => {
  const pilot = (pOf: (random: () => number) => number) => {
    const random = seededRandom(3);
    return Array.from({ length: 2000 }, () => {
      const p = pOf(random);
      let right = 0;
      for (let vote = 0; vote < 10; vote++) if (random() < p) right++;
      return { right, votes: 10 };
    });
  };

  it('finds a wide spread where easy and hard steps are mixed, and next to none where they are alike', () => {
    const alike = fitBeta(pilot(() => 0.8));
    expect(alike.alpha / (alike.alpha + alike.beta)).toBeCloseTo(0.8, 1);
    expect(alike.alpha + alike.beta).toBeGreaterThan(50);
    const mixed = fitBeta(pilot(random => (random() < 0.7 ? 0.95 : 0.55)));
    expect(mixed.alpha + mixed.beta).toBeLessThan(10);
  });

  it('does not take a pilot without an error for proof that there is none', () => {
    const { alpha, beta } = fitBeta(Array.from({ length: 200 }, () => ({ right: 5, votes: 5 })));
    expect(beta / (alpha + beta)).toBeGreaterThan(1e-4);
  });
});
