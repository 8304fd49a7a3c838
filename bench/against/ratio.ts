import { bootstrap, type Interval, seededRandom } from '../../src/entries/eval.ts';
import type { Measure } from './side.ts';

/**
 * One block: two opened pairs of processes, the old side's first in the one, the new side's in the
 * other. Whichever is opened first was seen to take some 1.3 times as long for as long as it lives;
 * that falls on both sides alike.
 */
export type Block = readonly [oldFirst: OpenedPair, newFirst: OpenedPair];

/** Both sides, measured in turns; the measures of one place were taken one after the other. */
export interface OpenedPair {
  readonly old: readonly Measure[];
  readonly new: readonly Measure[];
}

/** How many times the old side's figure the new one's is. */
export interface Ratio {
  readonly what: string;
  /** The median of the blocks. */
  readonly median: number;
  /** 95 % of resamples of the blocks. */
  readonly interval: Interval;
  /** The medians of each side. */
  readonly old: number;
  readonly new: number;
  readonly unit: string;
}

/** Processor time of an operation, in milliseconds. */
export function processorRatio(blocks: readonly Block[], operation: string): Ratio {
  return ratioOf(blocks, {
    what: `processor time of one ${operation}`,
    unit: 'ms',
    figure: processorOf,
  });
}

/** Operations a second. */
export function rateRatio(blocks: readonly Block[], operations: string): Ratio {
  return ratioOf(blocks, { what: `${operations} a second`, unit: '/s', figure: rateOf });
}

interface Kind {
  readonly what: string;
  readonly unit: string;
  readonly figure: (measure: Measure) => number;
}

function ratioOf(blocks: readonly Block[], { what, unit, figure }: Kind): Ratio {
  const side = (name: 'old' | 'new') =>
    weightedMedian(blocks.flat().flatMap(pair => pair[name].map(figure)));
  // A burst of other work on the machine hits one turn of a pair, which its median leaves out.
  const ratioIn = (pair: OpenedPair) =>
    weightedMedian(pair.new.map((measure, turn) => figure(measure) / figure(pair.old[turn]!)));
  const ratios = blocks.map(([oldFirst, newFirst]) =>
    Math.sqrt(ratioIn(oldFirst) * ratioIn(newFirst)),
  );
  const { median: interval } = bootstrap(
    { median: weights => weightedMedian(ratios, weights) },
    { cases: ratios.length, random: seededRandom(1), resamples: 2000 },
  );
  return {
    what,
    median: weightedMedian(ratios),
    interval,
    old: side('old'),
    new: side('new'),
    unit,
  };
}

function processorOf({ processorMs, count }: Measure): number {
  return processorMs / count;
}

function rateOf({ count, wallMs }: Measure): number {
  return (1000 * count) / wallMs;
}

/**
 * The median of values that each count so often, between the two in the middle where their number
 * is even.
 */
export function weightedMedian(values: readonly number[], weights?: ArrayLike<number>): number {
  const drawn = values.flatMap((value, index) => Array<number>(weights?.[index] ?? 1).fill(value));
  drawn.sort((a, b) => a - b);
  const half = drawn.length / 2;
  return (drawn[Math.ceil(half) - 1]! + drawn[Math.floor(half)]!) / 2;
}
