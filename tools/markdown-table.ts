/** Writes a table of Markdown with its columns aligned; the first row is its head. */
export function markdownTable(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map(row => row.map(cell => cell.replaceAll('|', '\\|')));
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map(row => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const rule = line(widths.map(width => '-'.repeat(width)));
  return [line(cells[0]!), rule, ...cells.slice(1).map(line)];
}
