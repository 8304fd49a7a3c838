/**
 * Finds the value below which a share of the values lies, 0..1 (the nearest rank); `NaN` of none.
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
}
