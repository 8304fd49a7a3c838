import type { EvalResult } from './result.ts';

/** Prints an eval as a table. */
export function printResult(result: EvalResult): void {
  console.log(result.eval);
  if (result.skipped !== undefined) console.log(`  skipped: ${result.skipped}`);
  for (const note of result.notes) console.log(`  ${note}`);
  const width = Math.max(0, ...result.rows.map(({ what }) => what.length));
  for (const { what, value, wanted, isMet } of result.rows) {
    const shown = typeof value === 'number' ? value.toFixed(3).replace(/\.000$/, '') : value;
    const demand = wanted === undefined ? '' : `  (${wanted}: ${isMet ? 'met' : 'MISSED'})`;
    console.log(`  ${what.padEnd(width)}  ${shown}${demand}`);
  }
}
