import { logGamma } from './binomial.ts';

/** Units of a population that were looked at, each once. */
export interface Sampled {
  /** Units in the population. */
  readonly population: number;
  /** Of these, how many were drawn, without putting any back. */
  readonly drawn: number;
  /** Of the drawn ones, how many are marked. */
  readonly marked: number;
}

/**
 * Bounds how many units of a population are marked, from a sample without replacement: the most
 * with which so few marked ones would be drawn with a probability above `tail` (exact,
 * hypergeometric). All drawn: what was counted. Default: the one-sided 95 % bound.
 */
export function mostMarked({ population, drawn, marked }: Sampled, tail = 0.05): number {
  // Fewer marked units are drawn the more there are: the last count that is still probable enough,
  // by halving.
  let low = marked;
  let high = population - (drawn - marked);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (atMost(marked, { population, drawn, marked: middle }) > tail) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * P(X ≤ x) for the marked units X among the drawn ones, where `marked` counts those of the
 * population.
 */
function atMost(x: number, { population, drawn, marked }: Sampled): number {
  const least = Math.max(0, drawn - (population - marked));
  let sum = 0;
  for (let each = least; each <= Math.min(x, drawn, marked); each++) {
    const ways = logChoose(marked, each) + logChoose(population - marked, drawn - each);
    sum += Math.exp(ways - logChoose(population, drawn));
  }
  return sum;
}

function logChoose(of: number, some: number): number {
  return logGamma(of + 1) - logGamma(some + 1) - logGamma(of - some + 1);
}
