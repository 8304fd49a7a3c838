// What every job prints of itself: figures with their number of cases, interval and baseline.

/** One figure of a job. */
export interface Figure {
  readonly what: string;
  readonly value: string;
  /** What it must be, in words, and whether it is. */
  readonly wanted?: readonly [demand: string, isMet: boolean];
}

// Two-sided, 95 %.
const z = 1.96;

/** Writes a count as `28 of 45 (62 %, 48 to 75)`, with its 95 % interval (Wilson). */
export function share(successes: number, trials: number): string {
  if (trials === 0) return '0 of 0';
  const value = successes / trials;
  const scale = 1 + (z * z) / trials;
  const middle = (value + (z * z) / (2 * trials)) / scale;
  const spread = (value * (1 - value)) / trials + (z * z) / (4 * trials * trials);
  const half = (z * Math.sqrt(spread)) / scale;
  const [low, high] = [Math.max(0, middle - half), Math.min(1, middle + half)];
  return `${successes} of ${trials} (${percent(value)} %, ${percent(low)} to ${percent(high)})`;
}

/** Writes a difference of two lists of outcomes with its 95 % interval, case by case. */
export function paired(ours: readonly number[], theirs: readonly number[]): Paired {
  const differences = ours.map((value, index) => value - theirs[index]!);
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  // One case tells nothing of how far others may lie from it.
  const cases = differences.length;
  if (cases < 2) return { mean, low: -1, high: 1, cases };
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const error = Math.sqrt(squares / (cases - 1) / cases);
  return { mean, low: Math.max(-1, mean - z * error), high: Math.min(1, mean + z * error), cases };
}

/** A mean difference with its interval. */
export interface Paired {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly cases: number;
}

/** Writes a paired difference of shares in points. */
export function points({ mean, low, high, cases }: Paired): string {
  const signed = (value: number) => `${value < 0 ? '' : '+'}${percent(value)}`;
  return `${signed(mean)} points (${signed(low)} to ${signed(high)}) of ${cases}`;
}

/** Writes an amount of money. */
export function usd(amount: number): string {
  return `$${amount.toFixed(amount < 0.1 ? 5 : 2)}`;
}

function percent(value: number): number {
  return Math.round(100 * value);
}

/** Prints the figures of a job; what is missed sets the exit code. */
export function report(title: string, notes: readonly string[], figures: readonly Figure[]): void {
  console.log(title);
  for (const note of notes) console.log(`  ${note}`);
  const width = Math.max(...figures.map(({ what }) => what.length));
  for (const { what, value, wanted } of figures) {
    const demand = wanted ? `  (${wanted[0]}: ${wanted[1] ? 'met' : 'MISSED'})` : '';
    console.log(`  ${what.padEnd(width)}  ${value}${demand}`);
  }
  if (figures.some(({ wanted }) => wanted?.[1] === false)) process.exitCode = 1;
}
