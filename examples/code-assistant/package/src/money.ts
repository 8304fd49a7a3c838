/** Cents as an amount: `1250` is `12.50`. */
export function formatCents(cents: number): string {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

/** Adds amounts in cents. */
export function total(cents: readonly number[]): number {
  return cents.reduce((sum, each) => sum + each, 0);
}
