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
  const columns = merged(
    [...used].sort((a, b) => a - b),
    laid,
    spansIn(rows),
  );
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

// A head over two columns, of which each row uses one, stands over one column.
function merged(
  columns: readonly number[],
  rows: readonly Map<number, string>[],
  spans: ReadonlyMap<number, number>,
): number[] {
  const kept: number[] = [];
  for (const column of columns) {
    const before = kept.at(-1);
    const isCovered = before !== undefined && before + (spans.get(before) ?? 1) > column;
    const isFree = isCovered && !rows.some(row => row.has(before) && row.has(column));
    if (!isFree) {
      kept.push(column);
      continue;
    }
    for (const row of rows) {
      const text = row.get(column);
      if (text !== undefined) row.set(before, text);
    }
  }
  return kept;
}

// How far the widest cell that begins in a column reaches.
function spansIn(rows: readonly (readonly TableCell[])[]): Map<number, number> {
  const spans = new Map<number, number>();
  for (const row of rows) {
    let column = 0;
    for (const { columns = 1, text } of row) {
      if (text.trim() !== '') spans.set(column, Math.max(spans.get(column) ?? 1, columns));
      column += spanOf(columns);
    }
  }
  return spans;
}

function spanOf(columns: number): number {
  return Math.min(mostColumns, Math.max(1, Math.trunc(columns) || 1));
}

function placed(row: readonly TableCell[]): Map<number, string> {
  const byColumn = new Map<number, string>();
  let column = 0;
  let sign: { readonly words: string; readonly column: number } | undefined;
  let last: number | undefined;
  for (const { text, columns = 1 } of row) {
    const words = oneLine(text);
    if (/^[$€£¥]$/u.test(words) && sign === undefined) sign = { words, column };
    else if (/^(?:\)|%|\)%)$/.test(words) && last !== undefined)
      byColumn.set(last, `${byColumn.get(last)!}${words}`);
    else if (words !== '') {
      last = sign?.column ?? column;
      byColumn.set(last, `${sign?.words ?? ''}${words}`);
      sign = undefined;
    }
    column += spanOf(columns);
  }
  if (sign) byColumn.set(sign.column, sign.words);
  return byColumn;
}

/** Puts a text of any number of lines on one. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
