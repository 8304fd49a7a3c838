import type { EvalResult, EvalRow } from './result.ts';

/** Writes a figure with three decimals, and a count without. */
export function shownValue({ value }: EvalRow): string {
  return typeof value === 'number' ? value.toFixed(3).replace(/\.000$/, '') : value;
}

/** Prints an eval as a table. */
export function printResult(result: EvalResult): void {
  console.log(result.eval);
  if (result.skipped !== undefined) console.log(`  skipped: ${result.skipped}`);
  for (const note of result.notes) console.log(`  ${note}`);
  const width = Math.max(0, ...result.rows.map(({ what }) => what.length));
  for (const row of result.rows) {
    const { what, wanted, isMet } = row;
    const demand = wanted === undefined ? '' : `  (${wanted}: ${isMet ? 'met' : 'MISSED'})`;
    console.log(`  ${what.padEnd(width)}  ${shownValue(row)}${demand}`);
  }
}
