import { bootstrap, type Interval, seededRandom } from '../../src/index.ts';
import type { Measure } from './side.ts';

/** One block: both sides, measured beside each other. */
export interface Block {
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
  return ratioOf(blocks, { what: `processor time of one ${operation}`, unit: 'ms', figure: processorOf });
}

/** Operations a second. */
export function rateRatio(blocks: readonly Block[], operations: string): Ratio {
  return ratioOf(blocks, { what: `${operations} a second`, unit: '/s', figure: rateOf });
}

interface Kind {
  readonly what: string;
  readonly unit: string;
  readonly figure: (measures: readonly Measure[]) => number;
}

function ratioOf(blocks: readonly Block[], { what, unit, figure }: Kind): Ratio {
  const figures = blocks.map(block => ({ old: figure(block.old), new: figure(block.new) }));
  const ratios = figures.map(each => each.new / each.old);
  const { median: interval } = bootstrap(
    { median: weights => weightedMedian(ratios, weights) },
    { cases: ratios.length, random: seededRandom(1), resamples: 2000 },
  );
  return {
    what,
    median: weightedMedian(ratios),
    interval,
    old: weightedMedian(figures.map(each => each.old)),
    new: weightedMedian(figures.map(each => each.new)),
    unit,
  };
}

function processorOf(measures: readonly Measure[]): number {
  return sum(measures, each => each.processorMs) / sum(measures, each => each.count);
}

function rateOf(measures: readonly Measure[]): number {
  return (1000 * sum(measures, each => each.count)) / sum(measures, each => each.wallMs);
}

/** The median of values that each count so often, between the two in the middle where their number is even. */
export function weightedMedian(values: readonly number[], weights?: ArrayLike<number>): number {
  const drawn = values.flatMap((value, index) => Array<number>(weights?.[index] ?? 1).fill(value));
  drawn.sort((a, b) => a - b);
  const half = drawn.length / 2;
  return (drawn[Math.ceil(half) - 1]! + drawn[Math.floor(half)]!) / 2;
}

function sum(measures: readonly Measure[], of: (measure: Measure) => number): number {
  return measures.reduce((total, each) => total + of(each), 0);
}
