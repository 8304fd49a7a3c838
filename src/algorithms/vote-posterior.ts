/**
 * Deciding each step by the posterior probability that its leader is right, instead of by one k for all: steps that
 * agree end early, contested ones go on longer. How often a vote is right differs from step to step; what a pilot saw
 * of that is a Beta distribution.
 */

/** A Beta distribution of p over steps. */
export interface Beta {
  readonly alpha: number;
  readonly beta: number;
}

/** Votes of one step that were right, out of all that were valid. */
export interface StepCount {
  readonly right: number;
  readonly votes: number;
}

// Beyond this the spread is none: p is the same for all steps, and the rule is that of a fixed k.
const most = 1e6;

/** Fits the distribution of p over steps to what a pilot counted, by the method of moments for beta-binomial counts. */
export function fitBeta(counts: readonly StepCount[]): Beta {
  const used = counts.filter(({ votes }) => votes > 1);
  const votes = used.reduce((sum, count) => sum + count.votes, 0);
  // Half a vote each way, so that a pilot without an error does not prove that there is none.
  const mean = (used.reduce((sum, { right }) => sum + right, 0) + 0.5) / (votes + 1);
  const size = used.length === 0 ? 0 : votes / used.length;
  const spread =
    used.reduce((sum, count) => sum + (count.right / count.votes - mean) ** 2, 0) / Math.max(1, used.length);
  const chance = (mean * (1 - mean)) / Math.max(1, size);
  // Share of the variance that is between steps, 0 where all of it is chance.
  const between = size > 1 ? (spread / (mean * (1 - mean)) - 1 / size) / (1 - 1 / size) : 0;
  const strength = spread <= chance || between <= 0 ? most : Math.min(most, 1 / between - 1);
  return { alpha: mean * Math.max(strength, 1e-3), beta: (1 - mean) * Math.max(strength, 1e-3) };
}

/** Gives the probability that the leader is right, against one single wrong alternative that has all other votes. */
export function posteriorRight({ ahead, behind }: { readonly ahead: number; readonly behind: number }, prior: Beta) {
  const right = logBeta(prior.alpha + ahead, prior.beta + behind);
  const wrong = logBeta(prior.alpha + behind, prior.beta + ahead);
  return 1 / (1 + Math.exp(wrong - right));
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

// Lanczos, g = 7; relative error below 1e-13 for what is above 0.
const lanczos = [
  0.999_999_999_999_809_9, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_1,
  -176.615_029_162_140_6, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6,
  1.505_632_735_149_311_6e-7,
];

function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  let sum = lanczos[0]!;
  for (let n = 1; n < lanczos.length; n++) sum += lanczos[n]! / (x - 1 + n);
  const shifted = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(shifted) - shifted + Math.log(sum);
}
