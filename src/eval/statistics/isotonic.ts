import type { Isotonic } from '../saved-forms.ts';

/**
 * Fits the rising step function nearest to the outcomes (0..1), by pooling neighbours that violate
 * the order.
 */
export function fitIsotonic(
  samples: readonly { readonly score: number; readonly outcome: number }[],
): Isotonic {
  const sorted = [...samples].sort((a, b) => a.score - b.score);
  const pools: { from: number; sum: number; count: number }[] = [];
  for (let place = 0; place < sorted.length; ) {
    const from = sorted[place]!.score;
    const pool = { from, sum: 0, count: 0 };
    for (; place < sorted.length && sorted[place]!.score === from; place++) {
      pool.sum += sorted[place]!.outcome;
      pool.count++;
    }
    pools.push(pool);
    poolBack(pools);
  }
  return {
    from: pools.map(({ from }) => from),
    values: pools.map(({ sum, count }) => sum / count),
  };
}

function poolBack(pools: { sum: number; count: number }[]): void {
  for (;;) {
    const [before, after] = [pools.at(-2), pools.at(-1)];
    if (!before || !after || before.sum / before.count < after.sum / after.count) return;
    before.sum += after.sum;
    before.count += after.count;
    pools.pop();
  }
}

/** Reads an isotonic function; below its first step it has the first value. */
export function isotonicValue({ from, values }: Isotonic, score: number): number {
  let low = 0;
  let high = from.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (from[middle]! <= score) low = middle;
    else high = middle - 1;
  }
  return values[low] ?? Number.NaN;
}
