import { describe, expect, it } from 'vitest';
import { seededRandom } from '../seeded-random.ts';
import { stepSuccess } from './vote-odds.ts';
import { fitBeta, posteriorOf } from './vote-posterior.ts';

describe('the posterior of the leader', () => {
  it('is that of the fixed k where all steps are alike', () => {
    const posterior = posteriorOf({ alpha: 9000, beta: 1000 });
    expect(posterior(3, 0)).toBeCloseTo(stepSuccess(0.9, 3), 3);
    expect(posterior(5, 2)).toBeCloseTo(stepSuccess(0.9, 3), 3);
  });

  it('trusts a lead less on a contested step where steps differ', () => {
    const posterior = posteriorOf({ alpha: 3, beta: 0.3 });
    expect(posterior(6, 3)).toBeLessThan(posterior(3, 0));
    expect(posterior(2, 2)).toBeCloseTo(0.5, 9);
  });

  it('is that of the parts of a mixture where votes tell which part a step is of', () => {
    const [easy, hard] = [
      { alpha: 990, beta: 10 },
      { alpha: 700, beta: 300 },
    ];
    const mixed = posteriorOf([
      { ...easy, weight: 0.95 },
      { ...hard, weight: 0.05 },
    ]);
    expect(mixed(3, 0)).toBeLessThan(posteriorOf(easy)(3, 0));
    expect(mixed(3, 0)).toBeGreaterThan(posteriorOf(hard)(3, 0));
    expect(mixed(12, 6)).toBeCloseTo(posteriorOf(hard)(12, 6), 3);
    expect(posteriorOf([{ ...easy, weight: 1 }])(4, 1)).toBeCloseTo(posteriorOf(easy)(4, 1), 9);
  });

  it('becomes sure of a contested step in the end', () => {
    expect(posteriorOf({ alpha: 2, beta: 0.1 })(70, 30)).toBeGreaterThan(0.9999);
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

  it('finds a wide spread where easy and hard steps mix, hardly one where all are alike', () => {
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
