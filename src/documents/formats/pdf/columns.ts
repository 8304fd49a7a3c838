import type { Fragment } from './fragments.ts';
import { add, type Line, lineOf, textOfLine } from './lines.ts';

interface TableColumn {
  x: number;
  right: number;
}

interface LineCell extends TableColumn {
  readonly fragments: Fragment[];
}

/** A line of a table, or several that are one row of it. */
interface LineRow {
  readonly at: number;
  readonly line: Line;
  readonly cells: readonly LineCell[];
  /** What it says in each column. */
  readonly words: Map<TableColumn, string>;
}

interface LinedTable {
  /** From left to right, each as wide as its widest cell. */
  readonly columns: TableColumn[];
  readonly rows: LineRow[];
}

// Of a page that people read; each line may be compared with all others.
const mostOnPage = 1000;
const fewestColumns = 3;
const mostFragments = 100;
const mostLetters = 40;

/**
 * Writes the rows of tables by their columns, so that a cell without words is there too and each
 * value stands under its head: columns are what no line of the table writes across. What goes on
 * in the line above or below is part of its row, and what stands in the middle of several rows is
 * said in each.
 */
export function inColumns(given: readonly Line[]): Line[] {
  if (given.length > mostOnPage) return [...given];
  const { lines, swapped } = inOrder(given);
  const cells = lines.map(cellsOf);
  const written = new Map<number, Line | undefined>(lines.entries());
  const taken = new Set<number>();
  const anchors = [...lines.keys()]
    .filter(at => cells[at]!.length >= fewestColumns)
    .sort((a, b) => cells[b]!.length - cells[a]!.length);
  for (const anchor of anchors) {
    if (taken.has(anchor)) continue;
    const page = { lines, cells, taken };
    const table: LinedTable = {
      columns: cells[anchor]!.map(({ x, right }) => ({ x, right })),
      rows: [],
    };
    for (const step of [0, 1, -1]) grow(table, anchor, step, page);
    if (!isTable(table)) continue;
    for (const { at } of table.rows) {
      taken.add(at);
      written.set(at, undefined);
    }
    for (const { at, line } of rowsOf(table)) written.set(at, line);
    for (const [at, head] of headsOf(table, page)) written.set(at, head);
  }
  for (const at of swapped.toReversed().filter(each => !taken.has(each))) {
    const line = written.get(at);
    written.set(at, written.get(at - 1)).set(at - 1, line);
  }
  return [...written.values()].filter(line => line !== undefined);
}

// A cell in the middle of several rows is written before the first of them.
function inOrder(given: readonly Line[]) {
  const lines = [...given];
  const swapped: number[] = [];
  for (const [at, next] of lines.entries()) {
    const line = lines[at - 1];
    if (!line || line.fragments.length > 1 || line.text !== undefined) continue;
    const isHigher = next.y - line.y > 0.3 * line.size && next.y - line.y < furthest * line.size;
    if (isHigher && next.x > line.right && next.fragments.length > 1) {
      lines.splice(at - 1, 2, next, line);
      swapped.push(at);
    }
  }
  return { lines, swapped };
}

// The mark of a list, or its number, is no cell.
const mark = /^(?:[^\p{L}\p{N}\s]|\(?[\p{L}\p{N}]{1,4}[.)])$/u;

// Words of a cell stand no further apart than a space, which is wide where all letters are.
function widestSpace({ x, right, text, size }: Fragment): number {
  const isTyped = Math.abs((right - x) / text.length - 0.6 * size) < 0.01 * size;
  return (isTyped ? 0.75 : 0.33) * size;
}

function cellsOf({ fragments }: Line): LineCell[] {
  const cells: LineCell[] = [];
  if (fragments.length > mostFragments || fragments.some(each => each.isRightToLeft)) return cells;
  for (const fragment of [...fragments].sort((a, b) => a.x - b.x)) {
    const last = cells.at(-1);
    const isMarked = cells.length === 1 && mark.test(last!.fragments[0]!.text);
    const most = isMarked ? 3 * fragment.size : widestSpace(fragment);
    if (last && fragment.x - last.right < most) {
      last.fragments.push(fragment);
      last.right = Math.max(last.right, fragment.right);
    } else cells.push({ x: fragment.x, right: fragment.right, fragments: [fragment] });
  }
  return cells;
}

interface PageCells {
  readonly lines: readonly Line[];
  readonly cells: readonly (readonly LineCell[])[];
  readonly taken: ReadonlySet<number>;
}

const mostPassedOver = 2;

function grow(
  table: LinedTable,
  anchor: number,
  step: number,
  { lines, cells, taken }: PageCells,
): void {
  let before = lines[anchor]!;
  let passedOver = 0;
  for (let at = anchor + step; lines[at] && !taken.has(at); at += step) {
    const line = lines[at]!;
    if (!isBeside(before, line, step)) return;
    const words = wordsIn(cells[at]!, table.columns, step >= 0);
    if (words) table.rows.push({ at, line, cells: cells[at]!, words });
    // A line of one cell that stands over several columns is a title between rows.
    passedOver = words ? 0 : cells[at]!.length === 1 ? passedOver + 1 : mostPassedOver;
    if (step === 0 || passedOver >= mostPassedOver) return;
    before = line;
  }
}

function isBeside(before: Line, line: Line, step: number): boolean {
  return step === 0 || (step > 0 ? isNear(before, line) : isNear(line, before));
}

const furthest = 3.5;

function isNear(above: Line, { top, y, size }: Line): boolean {
  const apart = above.y - (top ?? y);
  return apart > 0.3 * size && apart < furthest * Math.max(size, above.size);
}

// What each column says, or nothing where a cell stands in several, or several far apart in one.
function wordsIn(cells: readonly LineCell[], columns: TableColumn[], mayAdd: boolean) {
  const held = new Map<TableColumn, LineCell[]>();
  for (const cell of cells) {
    const [place, other] = columns.filter(({ x, right }) => x < cell.right && cell.x < right);
    if (other || (!place && !mayAdd)) return undefined;
    const column = place ?? { x: cell.x, right: cell.right };
    held.set(column, [...(held.get(column) ?? []), cell]);
  }
  const words = new Map([...held].map(([column, own]) => [column, wordsOf(own)]));
  if (held.size === 0 || [...words.values()].some(each => each.includes('\t'))) return undefined;
  for (const [column, own] of held) {
    column.x = Math.min(column.x, ...own.map(({ x }) => x));
    column.right = Math.max(column.right, ...own.map(({ right }) => right));
    if (!columns.includes(column)) columns.push(column);
  }
  columns.sort((a, b) => a.x - b.x);
  return words;
}

function wordsOf(cells: readonly LineCell[]): string {
  const [first, ...rest] = cells.flatMap(({ fragments }) => fragments);
  const line = lineOf(first!);
  for (const fragment of rest) add(line, fragment);
  return textOfLine(line).replace(/^(\S{1,6})\t/, (whole, first) =>
    mark.test(first) ? `${first} ` : whole,
  );
}

// Prose that happens to have its gaps below each other has them in few lines.
function isTable(table: LinedTable): boolean {
  const { columns, rows } = table;
  const full = rows.filter(isFull);
  if (full.length < 2 || columns.length < fewestColumns) return false;
  const held = columns.filter(column => full.filter(({ words }) => words.has(column)).length > 1);
  const lengths = full.flatMap(({ words }) => [...words.values()].map(({ length }) => length));
  const mean = lengths.reduce((sum, each) => sum + each, 0) / lengths.length;
  return held.length >= 0.6 * columns.length && mean <= mostLetters && areApart(table, full);
}

// Most rows, and some row between any two columns, have more room than words have between them.
function areApart({ columns }: LinedTable, rows: readonly LineRow[]): boolean {
  const isWide = ({ cells, line }: LineRow, at: number) =>
    at === 0 || (at > 0 && cells[at]!.x - cells[at - 1]!.right > 0.9 * line.size);
  const wide = rows.filter(row => row.cells.some((_, at) => at > 0 && isWide(row, at)));
  return (
    wide.length * 4 >= rows.length * 3 &&
    columns.slice(1).every(({ x }) =>
      rows.some(row =>
        isWide(
          row,
          row.cells.findIndex(cell => cell.x > x - 0.01),
        ),
      ),
    )
  );
}

function isFull({ words }: LineRow): boolean {
  return words.size > 1;
}

function rowsOf({ columns, rows }: LinedTable): LineRow[] {
  const sorted = rows.toSorted((a, b) => b.line.y - a.line.y);
  const joined = withSaidAgain(withContinued(sorted), columns[0]!);
  return joined.map(row => {
    const { line, words } = row;
    if (line.text !== undefined || !isFull(row)) return row;
    const text = columns.map(column => words.get(column) ?? '').join('\t');
    return { ...row, line: { ...line, text: text.trimEnd() } };
  });
}

// In a cell, lines stand this close, and closer than the rows of their table.
const closest = 1.45;
const closer = 0.8;

// A line of one cell goes on with the row that it stands close to, above or below.
function withContinued(rows: readonly LineRow[]): LineRow[] {
  const joined = [...rows];
  for (let at = 0; at < joined.length; at++) {
    const row = joined[at]!;
    const above = apart(joined[at - 1], row);
    const below = apart(row, joined[at + 1]);
    const [upper, lower] = below < above ? [row, joined[at + 1]] : [joined[at - 1], row];
    const other = upper === row ? lower : upper;
    const least = Math.min(above, below);
    if (!other || least > closer * Math.max(above, below) || !goesOn(row, other, least)) continue;
    joined.splice(joined.indexOf(upper!), 2, one(upper!, lower!));
    at = Math.max(-1, at - mostLines);
  }
  return joined;
}

function apart(upper: LineRow | undefined, lower: LineRow | undefined): number {
  if (!upper || !lower || !(isFull(upper) || isFull(lower))) return Number.POSITIVE_INFINITY;
  return upper.line.y - (lower.line.top ?? lower.line.y);
}

function goesOn({ line, words }: LineRow, other: LineRow, gap: number): boolean {
  const [column, further] = words.keys();
  return (
    !further &&
    isFull(other) &&
    other.words.has(column!) &&
    gap < closest * line.size &&
    line.text === undefined &&
    other.line.text === undefined
  );
}

const mostLines = 8;

function one(above: LineRow, below: LineRow): LineRow {
  const fragments = [...above.line.fragments, ...below.line.fragments];
  const words = new Map(above.words);
  for (const [column, more] of below.words) {
    const before = words.get(column);
    words.set(column, before === undefined ? more : `${before} ${more}`);
  }
  const { x, right, y, size, top = above.line.y } = above.line;
  const line = {
    ...{ fragments, size, top, y: Math.min(y, below.line.y) },
    ...{ x: Math.min(x, below.line.x), right: Math.max(right, below.line.right) },
  };
  return { at: isFull(above) ? above.at : below.at, line, cells: above.cells, words };
}

// What stands in the middle of several rows is said of each, where all of them can be told apart
// so. What stands at the top of some would not be told from what stands before none.
function withSaidAgain(rows: readonly LineRow[], column: TableColumn): LineRow[] {
  const full = rows.filter(isFull);
  const labels = rows.filter(({ words }) => words.has(column));
  const isCertain = labels.some(row => !isFull(row)) || !full[1]?.words.has(column);
  if (!isCertain || full.some(({ line }) => line.text !== undefined)) return [...rows];
  const said = new Map<LineRow, string>();
  const used = new Set<LineRow>();
  let left = full;
  for (const label of labels) {
    const covered = middleOfRows(left, label);
    if (covered === 0 && said.size > 0) return [...rows];
    if (covered > 0) used.add(label);
    for (const row of left.slice(0, covered)) said.set(row, label.words.get(column)!);
    // Beside the head of several lines stands what belongs to none of them.
    left = left.slice(Math.max(1, covered));
  }
  if (left.length > 0) return [...rows];
  const again = full.map(row => {
    const words = said.get(row);
    return words === undefined ? row : { ...row, words: new Map([...row.words, [column, words]]) };
  });
  const isAlone = (row: LineRow) => !isFull(row) && !used.has(row);
  return [...again, ...rows.filter(isAlone)];
}

// How many of the rows, from the first, a cell stands in the middle of.
function middleOfRows(rows: readonly LineRow[], { line }: LineRow): number {
  const isLast = (row: LineRow) =>
    Math.abs((middleOf(rows[0]!.line) + middleOf(row.line)) / 2 - middleOf(line)) <
    0.35 * line.size;
  return rows.findIndex(isLast) + 1;
}

function middleOf({ y, top = y }: Line): number {
  return (y + top) / 2;
}

// The first row of a table, and what stands above it, may be a head over several columns.
function headsOf({ columns, rows }: LinedTable, page: PageCells): [number, Line][] {
  const top = rows.reduce((a, b) => (a.at < b.at ? a : b));
  const isSparse = top.words.size < 0.7 * columns.length;
  const places = [
    ...(page.taken.has(top.at - 1) ? [] : [top.at - 1]),
    ...(isSparse ? [top.at] : []),
  ];
  return places.flatMap(at => {
    const head = headOver(at, columns, page);
    return head ? [[at, head] as [number, Line]] : [];
  });
}

// A head over several columns stands over their middle, and is said over each of them.
function headOver(at: number, columns: readonly TableColumn[], page: PageCells): Line | undefined {
  const line = page.lines[at];
  const cells = page.cells[at] ?? [];
  if (!line || line.text !== undefined || cells.length < 2) return;
  if (!isNear(line, page.lines[at + 1]!)) return;
  const heads = columns.map(() => '');
  let from = 0;
  for (const cell of cells) {
    const { first, last } = rangeUnder(cell, columns, from);
    if (first < 0) return;
    heads.fill(wordsOf([cell]), first, last + 1);
    from = last + 1;
  }
  return { ...line, text: heads.join('\t').trimEnd() };
}

function rangeUnder(cell: LineCell, columns: readonly TableColumn[], from: number) {
  let nearest = { first: -1, last: -1, off: Number.POSITIVE_INFINITY };
  for (let more = 0; from + more < columns.length; more++)
    for (let first = from; first + more < columns.length; first++) {
      const last = first + more;
      const [{ x }, { right }] = [columns[first]!, columns[last]!];
      const off = Math.abs((x + right - cell.x - cell.right) / 2);
      const isUnder = off < (0.3 * (right - x)) / (more + 1);
      if (isUnder && off < nearest.off - 1) nearest = { first, last, off };
    }
  return nearest;
}
