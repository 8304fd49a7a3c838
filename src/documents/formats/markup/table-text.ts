/** A cell of a table: what it says, in any number of lines, and how many columns it covers. */
export interface TableCell {
  readonly text: string;
  readonly columns?: number;
}

// Wider than any table that people read; a span beyond it is a slip or an attack.
const mostColumns = 1000;

/**
 * Writes a table a line a row, its cells parted by tabs. Columns that are empty in every row, which
 * only keep others apart, are left out, and a sign of currency or per cent goes with its number.
 */
export function tableText(rows: readonly (readonly TableCell[])[]): string {
  const laid = rows.map(placed);
  const used = new Set<number>();
  for (const row of laid) for (const [column, text] of row) if (text !== '') used.add(column);
  const columns = [...used].sort((a, b) => a - b);
  return laid
    .map(row =>
      columns
        .map(column => row.get(column) ?? '')
        .join('\t')
        .trimEnd(),
    )
    .filter(line => line.trim() !== '')
    .join('\n');
}

function placed(row: readonly TableCell[]): Map<number, string> {
  const byColumn = new Map<number, string>();
  let column = 0;
  let sign: string | undefined;
  let last: number | undefined;
  for (const { text, columns = 1 } of row) {
    const words = oneLine(text);
    if (/^[$€£¥]$/u.test(words) && sign === undefined) sign = words;
    else if (/^(?:\)|%|\)%)$/.test(words) && last !== undefined)
      byColumn.set(last, `${byColumn.get(last)!}${words}`);
    else if (words !== '') {
      byColumn.set(column, `${sign ?? ''}${words}`);
      last = column;
      sign = undefined;
    }
    column += Math.min(mostColumns, Math.max(1, Math.trunc(columns) || 1));
  }
  if (sign !== undefined) byColumn.set(column, sign);
  return byColumn;
}

/** Puts a text of any number of lines on one. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
