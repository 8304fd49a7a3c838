/** Gives values in standard deviations from their mean; all are 0 where they do not differ. */
export function standardized(values: readonly number[]): number[] {
  const count = Math.max(1, values.length);
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  const deviation = Math.sqrt(variance) || 1;
  return values.map(value => (value - mean) / deviation);
}
