/** A cell of a table: what it says, in any number of lines, and what it covers. */
export interface TableCell {
  readonly text: string;
  readonly columns?: number;
  /** Rows that it covers, where those below have no cell in its place. Default: 1. */
  readonly rows?: number;
  /** Whether it only continues the cell above. */
  readonly isCovered?: boolean;
}

// Wider than any table that people read; a span beyond it is a slip or an attack.
const mostColumns = 1000;

/**
 * Writes a table a line a row, its cells parted by tabs; what covers several rows stands in each.
 * Columns that are empty in every row, which
 * only keep others apart, are left out, and a sign of currency or per cent goes with its number.
 */
export function tableText(given: readonly (readonly TableCell[])[]): string {
  const rows = spread(given);
  const laid = rows.map(placed);
  const used = new Set<number>();
  for (const row of laid) for (const [column, text] of row) if (text !== '') used.add(column);
  const columns = merged(
    [...used].sort((a, b) => a - b),
    laid,
    spansIn(rows),
  );
  for (const [at, row] of rows.entries()) {
    let from = 0;
    for (const { columns: span = 1 } of row) {
      sayOver(laid, at, { from, to: from + spanOf(span) });
      from += spanOf(span);
    }
  }
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

const longestHead = 60;
const lowestHead = 5;
const amount = /^[-(−]?[$€£¥]?\s?\d[\d.,\s]*%?\)?$/;

function isAmount(text = ''): boolean {
  return amount.test(text) && !/^(?:19|20)\d\d$/.test(text);
}

/** Says a head again over each further column that it covers and that the row below fills. */
export function sayOver(
  rows: readonly Map<number, string>[],
  at: number,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  const [row, next] = [rows[at], rows[at + 1]];
  const text = row?.get(from);
  if (!text || !next?.has(from) || text.length > longestHead || at > lowestHead) return;
  // What stands alone over all of a table is its title; what stands below amounts is no head.
  if (row!.size === 1 && Math.min(...next.keys()) >= from) return;
  if (rows.slice(0, at).some(above => isAmount(above.get(from)))) return;
  for (const column of next.keys())
    if (column > from && column < to && !row!.has(column)) row!.set(column, text);
}

// So many characters of one cell, and of all, are said again in rows that it covers.
const mostSaidAgain = { cell: 120, all: 200_000 };

// What covers several rows is part of each: a row is read alone.
function spread(rows: readonly (readonly TableCell[])[]): TableCell[][] {
  const above = new Map<number, { text: string; columns: number; left: number }>();
  let room = mostSaidAgain.all;
  const again = (text: string) => {
    const isSaid = text.length <= mostSaidAgain.cell && text.length <= room;
    if (isSaid) room -= text.length;
    return isSaid ? text : '';
  };
  return rows.map(row => {
    const cells: TableCell[] = [];
    let column = 0;
    const add = (cell: TableCell) => {
      cells.push(cell);
      column += spanOf(cell.columns ?? 1);
    };
    const takeCovered = () => {
      for (let held = above.get(column); held && held.left > 0; held = above.get(column)) {
        held.left--;
        add({ text: again(held.text), columns: held.columns });
      }
    };
    for (const cell of row) {
      takeCovered();
      const { columns = 1, rows: deep = 1 } = cell;
      if (cell.isCovered) add({ columns, text: again(above.get(column)?.text ?? '') });
      else {
        above.set(column, { text: cell.text, columns, left: Math.max(0, deep - 1) });
        add(cell);
      }
    }
    takeCovered();
    return cells;
  });
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
