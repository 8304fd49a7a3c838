import { oneLine, sayOver } from '../markup/table-text.ts';
import type { Fragment } from './fragments.ts';
import { closedUp, type Line, linesOf, textOfLine } from './lines.ts';

/** A line that is drawn on a page, across or down: left, low, right, high. */
export type DrawnRule = readonly number[];

interface RuledTable {
  readonly xs: readonly number[];
  /** From the top. */
  readonly ys: readonly number[];
  readonly cells: readonly RuledCell[];
}

/** What no line parts; columns and rows from 0, the last of each included. */
interface RuledCell {
  readonly columns: readonly [number, number];
  readonly rows: readonly [number, number];
  readonly fragments: Fragment[];
}

const near = 2.5;
const mostRules = 2000;
const mostCells = 3000;
// Of a row, of what is said again in each row that it covers, and lines of a cell.
const most = { row: 800, again: 120, lines: 8 };

/**
 * Writes the rows of tables by the lines that are drawn around their cells: an empty cell is told
 * from one that covers several rows, which is said in each. What stands in no such table is read by
 * `read`, in the order of the file.
 */
export function withRuledRows(
  fragments: readonly Fragment[],
  rules: readonly DrawnRule[],
  read: (fragments: readonly Fragment[]) => Line[],
): Line[] {
  const rows = ruledRows(fragments, rules);
  const written: Line[] = [];
  let others: Fragment[] = [];
  for (const each of fragments) {
    const lines = rows.get(each);
    if (!lines) others.push(each);
    else if (lines.length > 0) {
      written.push(...read(others), ...lines);
      others = [];
    }
  }
  return [...written, ...read(others)];
}

// The rows of each table by the first of its fragments; by the others, none.
function ruledRows(
  fragments: readonly Fragment[],
  rules: readonly DrawnRule[],
): Map<Fragment, Line[]> {
  const rows = new Map<Fragment, Line[]>();
  for (const group of groupsOf(rules)) {
    const table = tableOf(group);
    const free = fragments.filter(each => !rows.has(each));
    const lines = table && place(table, free) ? rowsOf(table) : [];
    if (lines.length === 0) continue;
    const own = new Set(table!.cells.flatMap(cell => cell.fragments));
    const first = free.find(each => own.has(each));
    for (const each of own) rows.set(each, each === first ? lines : []);
  }
  return rows;
}

// Lines that touch, directly or over others.
function groupsOf(rules: readonly DrawnRule[]): DrawnRule[][] {
  let groups: DrawnRule[][] = [];
  if (rules.length > mostRules) return groups;
  for (const rule of rules) {
    const touching = groups.filter(group => group.some(other => touches(rule, other)));
    groups = groups.filter(group => !touching.includes(group));
    groups.push([...touching.flat(), rule]);
  }
  return groups;
}

function touches([left, low, right, high]: DrawnRule, other: DrawnRule): boolean {
  return (
    left! - near < other[2]! &&
    other[0]! - near < right! &&
    low! - near < other[3]! &&
    other[1]! - near < high!
  );
}

function tableOf(group: readonly DrawnRule[]): RuledTable | undefined {
  const down = group.filter(([left, low, right, high]) => high! - low! > right! - left!);
  const across = group.filter(each => !down.includes(each));
  const xs = placesOf([
    ...down.map(([left]) => left!),
    ...across.flatMap(([x, , right]) => [x!, right!]),
  ]);
  const ys = placesOf([
    ...across.map(each => each[1]!),
    ...down.flatMap(([, low, , high]) => [low!, high!]),
  ]);
  ys.reverse();
  if (xs.length < 3 || ys.length < 3 || xs.length * ys.length > mostCells) return;
  // Each cell by the first that it is one with.
  const owners: number[] = [];
  const width = xs.length - 1;
  for (let at = 0; at < width * (ys.length - 1); at++) {
    const [column, row] = [at % width, Math.trunc(at / width)];
    const middle = [(xs[column]! + xs[column + 1]!) / 2, (ys[row]! + ys[row + 1]!) / 2] as const;
    const isParted = (rules: readonly DrawnRule[], x: number, y: number) =>
      rules.some(rule => touches([x, y, x, y], rule));
    const isOneLeft = column > 0 && !isParted(down, xs[column]!, middle[1]);
    const isOneUp = row > 0 && !isParted(across, middle[0], ys[row]!);
    const own = isOneLeft ? owners[at - 1]! : isOneUp ? owners[at - width]! : at;
    owners.push(own);
    if (isOneUp && owners[at - width] !== own) return;
  }
  const cells = [...Map.groupBy(owners.keys(), at => owners[at]!).values()].map(
    (all): RuledCell => {
      const [first, last] = [all[0]!, all.at(-1)!];
      return {
        columns: [first % width, last % width],
        rows: [Math.trunc(first / width), Math.trunc(last / width)],
        fragments: [],
      };
    },
  );
  return { xs, ys, cells };
}

function placesOf(all: readonly number[]): number[] {
  const sorted = [...all].sort((a, b) => a - b);
  return sorted.filter((each, at) => at === 0 || each - sorted[at - 1]! > near);
}

// Gives each cell what stands in it; what is written across a line makes it no table.
function place({ xs, ys, cells }: RuledTable, fragments: readonly Fragment[]): boolean {
  for (const fragment of fragments) {
    const [x, y] = [(fragment.x + fragment.right) / 2, fragment.y + 0.3 * fragment.size];
    if (x < xs[0]! || x > xs.at(-1)! || y > ys[0]! || y < ys.at(-1)!) continue;
    const cell = cells.find(
      ({ columns: [from, to], rows: [top, foot] }) =>
        xs[from]! <= x && x <= xs[to + 1]! && ys[foot + 1]! <= y && y <= ys[top]!,
    );
    const reach = fragment.size;
    if (!cell) return false;
    const { columns } = cell;
    if (fragment.x < xs[columns[0]]! - reach || fragment.right > xs[columns[1] + 1]! + reach)
      return false;
    cell.fragments.push(fragment);
  }
  return true;
}

// A number, or words that dots lead from.
const isEntry = /^[-(−]?[$€£¥]?\s?\d[\d.,]*\s?%?\)?$|\.{4}$/;

function rowsOf({ ys, cells }: RuledTable): Line[] {
  const full = cells
    .filter(({ fragments }) => fragments.length > 0)
    .map(cell => ({ ...cell, ...wordsIn(cell) }));
  const rows = ys
    .slice(1)
    .map((_, row) => full.filter(({ rows: [from, to] }) => from <= row && row <= to));
  // Rows that no line parts are not one: of several entries in a cell, each is a row's.
  const isLoose = full.some(
    ({ said }) => said.length > 1 && said.every(line => isEntry.test(textOfLine(line))),
  );
  if (isLoose || rows.filter(row => row.length > 1).length < 2) return [];
  const columns = [...new Set(full.map(cell => cell.columns[0]))].sort((a, b) => a - b);
  const texts = rows.map((row, at) => {
    const again = row.filter(({ rows: [top], words }) => top === at || words.length <= most.again);
    return new Map(again.map(cell => [cell.columns[0], cell.words]));
  });
  return rows.flatMap((row, at) => {
    if (at < 2)
      for (const {
        columns: [from, to],
      } of row)
        sayOver(texts, at, { from, to: to + 1 });
    const own = row.filter(cell => cell.rows[0] === at);
    const text = columns
      .map(column => texts[at]!.get(column) ?? '')
      .join('\t')
      .trimEnd();
    const isLong = text.length > most.row || own.some(({ said }) => said.length > most.lines);
    if (isLong || own.length === 0) return own.flatMap(({ said }) => said);
    const fragments = own.flatMap(cell => cell.fragments);
    const [x, y] = [fragments.map(each => each.x), fragments.map(each => each.y)];
    const box = { x: Math.min(...x), y: Math.min(...y), top: Math.max(...y) };
    const right = Math.max(...fragments.map(each => each.right));
    return [{ fragments, text, ...box, right, size: fragments[0]!.size }];
  });
}

function wordsIn({ fragments }: RuledCell) {
  const said = linesOf(fragments)
    .map(closedUp)
    .sort((a, b) => b.y - a.y);
  const words = said.map(textOfLine).reduce((text, line) => {
    // Of an address or a name with a hyphen of its own, no letter goes.
    const last = text.slice(text.lastIndexOf(' ') + 1);
    const isCut = /^\p{L}+-$/u.test(last) && /^\p{Ll}/u.test(line);
    return isCut ? text.slice(0, -1) + line : `${text}${/.-$/.test(last) ? '' : ' '}${line}`;
  }, '');
  return { said, words: oneLine(words) };
}
