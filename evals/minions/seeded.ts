import { seededRandom } from '../../src/testing/index.ts';

/** Chance that is the same every time. */
export const seeded: (seed: number) => () => number = seededRandom;
