import { seededRandom } from '../../../algorithms/seeded-random.ts';
import type { SumState } from '../tasks/summing.ts';
import type { Sampler } from './sampler.ts';

/**
 * A solver for tests of `solve`, simulated: right with probability p, else one away; a share is
 * malformed.
 */
export const solverOf =
  (p: number, { valid = 1 } = {}): Sampler<SumState> =>
  ({ state: { n, sum }, seed }) => {
    const random = seededRandom(seed);
    if (random() >= valid) return 'x';
    return String(n + sum + (random() < p ? 0 : 1));
  };
