import { type Line, textOfLine } from './lines.ts';

interface CellSpan {
  readonly x: number;
  readonly right: number;
}

// Of a cell that goes on below, and of a row of such; more is prose in columns.
const mostLines = 8;
const mostLetters = 800;
const mostFragments = 500;

/**
 * Makes a line of each row of a table whose cells go on below, where a file has them cell by cell:
 * under heads that they stand in line with, or in three columns or more.
 */
export function withWrappedRows(lines: readonly Line[]): Line[] {
  const written: Line[] = [];
  let columns: CellSpan[] = [];
  for (let at = 0; at < lines.length; ) {
    const under = columns.length > 1 ? rowFrom(lines, at, columns) : [];
    const alone = headless(lines, at);
    const found = alone && alone.row.length > under.length ? alone : undefined;
    const row = found?.row ?? under;
    if (row.length === 0) columns = cellsOf(lines[at]!);
    else if (found && found.columns.length > columns.length) columns = found.columns;
    const whole = joined(row);
    written.push(...(whole ? [whole] : lines.slice(at, at + Math.max(1, row.length))));
    at += Math.max(1, row.length);
  }
  return written;
}

// Where a table goes on from page to page, its rows may stand without heads. Of one that is written
// column by column, each column has as many lines, and the last one of the first is at the foot.
function headless(lines: readonly Line[], at: number) {
  const columns = cellsOf(lines[at]!);
  const row = rowFrom(lines, at, columns, true);
  const isShort = columns.some(
    (_, column) => row.filter(({ from, to }) => from <= column && column <= to).length === 1,
  );
  const whole = columns.length > 2 && isShort ? joined(row) : undefined;
  const { y, size } = lines[at]!;
  const isFoot = whole && y - whole.y < 0.6 * size && whole.top! - y > 1.8 * size;
  return whole && !isFoot ? { row, columns } : undefined;
}

interface RowPiece {
  readonly line: Line;
  /** The first and the last column that it stands in. */
  readonly from: number;
  readonly to: number;
}

// Columns that nothing heads are found on the way: each begins right of those before it.
function rowFrom(lines: readonly Line[], at: number, columns: CellSpan[], mayGrow = false) {
  const row: RowPiece[] = [];
  let right = Math.max(...columns.map(each => each.right));
  for (const line of lines.slice(at, at + mostLines * Math.max(4, columns.length))) {
    const last = row.at(-1);
    if (mayGrow && line.x > right) columns.push(...cellsOf(line));
    right = Math.max(right, line.right);
    const places = cellsOf(line).map(cell => columnOf(cell, columns));
    // Under a head in the middle, the last words of a cell may stand beside it.
    const isAligned = last && places.length === 1 && Math.abs(line.x - last.line.x) < 3;
    if (isAligned && places[0]! < 0) places[0] = last.to;
    const [from = -1, to = from] = [places[0], places.at(-1)];
    const goesOn = last?.to === from && from === to && isNext(last.line, line);
    if (places.includes(-1) || (last && from <= last.to && !goesOn)) break;
    row.push({ line, from, to });
  }
  return row;
}

// In line with a head, or over no head but that one.
function columnOf(cell: CellSpan, columns: readonly CellSpan[]): number {
  const found = columns.findIndex(head => isUnder(cell, head));
  const isOver = (head: CellSpan) => head.x < cell.right && cell.x < head.right;
  return found < 0 && columns.filter(isOver).length === 1 ? columns.findIndex(isOver) : found;
}

function isUnder(cell: CellSpan, head: CellSpan): boolean {
  const apart = [
    cell.x - head.x,
    cell.right - head.right,
    (cell.x + cell.right - head.x - head.right) / 2,
  ];
  return apart.some(each => Math.abs(each) < 3);
}

function isNext({ y, size }: Line, below: Line): boolean {
  return y - below.y > 0.5 * size && y - below.y < 1.7 * size;
}

function cellsOf({ fragments, size }: Line): CellSpan[] {
  const cells: { x: number; right: number }[] = [];
  if (fragments.length > mostFragments) return cells;
  for (const { x, right } of [...fragments].sort((a, b) => a.x - b.x)) {
    const last = cells.at(-1);
    if (last && x - last.right < size) last.right = Math.max(right, last.right);
    else cells.push({ x, right });
  }
  return cells;
}

function joined(row: readonly RowPiece[]): Line | undefined {
  const lines = row.map(({ line }) => line);
  const text = written(row);
  const columns = [...new Set(row.flatMap(({ from, to }) => [from, to]))].map(column =>
    row.filter(({ from, to }) => from <= column && column <= to).map(({ line }) => line),
  );
  const most = Math.max(...columns.map(({ length }) => length));
  if (columns.length < 2 || most < 2 || most > mostLines || text.length > mostLetters) return;
  const isProse = columns.every(({ length }) => length > 2) && /^\p{Ll}+\s/u.test(text);
  if (isProse || listed.test(text) || !areLevel(columns)) return;
  return {
    ...{ fragments: lines.flatMap(({ fragments }) => fragments), size: lines[0]!.size, text },
    ...{ x: Math.min(...lines.map(({ x }) => x)), y: Math.min(...lines.map(({ y }) => y)) },
    right: Math.max(...lines.map(({ right }) => right)),
    top: Math.max(...lines.map(({ y }) => y)),
  };
}

// A mark or a number before its item is no cell.
const listed = /^(?:[^\p{L}\p{N}\s]{1,2}|\(?[\p{L}\p{N}]{1,4}[.)])\s/u;

// Cells of a row stand at its top, in its middle or at its foot; columns of prose do not.
function areLevel(columns: readonly (readonly Line[])[]): boolean {
  const spans = columns.map(own => [own[0]!.y, own.at(-1)!.y, own[0]!.size] as const);
  const [top, foot] = spans.reduce((most, next) =>
    next[0] - next[1] > most[0] - most[1] ? next : most,
  );
  return spans.every(([from, to, size]) =>
    [from - top, to - foot, (from + to - top - foot) / 2].some(
      apart => Math.abs(apart) < 0.6 * size,
    ),
  );
}

function written(row: readonly RowPiece[]): string {
  let text = '';
  for (const [at, { line, from }] of row.entries()) {
    const words = textOfLine(line);
    const before = row[at - 1]?.to ?? from;
    const goesOn = before === from;
    const isSplit = goesOn && /\p{Ll}-$/u.test(text) && /^\p{Ll}/u.test(words);
    text =
      at === 0
        ? words
        : isSplit
          ? `${text.slice(0, -1)}${words}`
          : `${text}${goesOn ? ' ' : '\t'.repeat(from - before)}${words}`;
  }
  return text;
}
