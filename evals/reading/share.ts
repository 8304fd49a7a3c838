// Two-sided, 95 %.
const z = 1.96;

/** Writes a count as `28 of 45, .62 (.48 to .75)`, with its 95 % interval (Wilson). */
export function share(successes: number, trials: number): string {
  if (trials === 0) return '0 of 0';
  const value = successes / trials;
  const middle = value + (z * z) / (2 * trials);
  const half = z * Math.sqrt((value * (1 - value)) / trials + (z * z) / (4 * trials * trials));
  const scale = 1 + (z * z) / trials;
  const low = Math.max(0, (middle - half) / scale);
  const high = Math.min(1, (middle + half) / scale);
  return `${successes} of ${trials}, ${shown(value)} (${shown(low)} to ${shown(high)})`;
}

function shown(value: number): string {
  return value.toFixed(2).replace(/^0/, '');
}
