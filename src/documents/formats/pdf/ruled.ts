import { oneLine, sayOver } from '../markup/table-text.ts';
import { type Fragment, readsRightToLeft } from './fragments.ts';
import { closedUp, type Line, linesOf, textOfLine } from './lines.ts';

/** A line that is drawn on a page, across or down: left, low, right, high. */
export type DrawnRule = readonly number[];

interface RuledTable {
  readonly xs: readonly number[];
  /** From the top. */
  readonly ys: readonly number[];
  readonly cells: readonly RuledCell[];
  /** Without lines downwards. */
  readonly isOpen: boolean;
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
  for (const group of tablesIn(groupsOf(rules))) {
    const free = fragments.filter(each => !rows.has(each));
    const found = waysToRead(group)
      .map(table => ({ table, lines: place(table, free) ? rowsOf(table) : [] }))
      .find(({ lines }) => lines.length > 0);
    if (!found) continue;
    const own = new Set(found.table.cells.flatMap(cell => cell.fragments));
    const first = free.find(each => own.has(each));
    for (const each of own) rows.set(each, each === first ? found.lines : []);
  }
  return rows;
}

// Of a table without lines downwards, each line across is a group of as many pieces as columns.
function tablesIn(groups: readonly DrawnRule[][]): DrawnRule[][] {
  const isOpen = (group: readonly DrawnRule[]) => group.length > 1 && !group.some(isDown);
  const end = (group: readonly DrawnRule[]) =>
    Math.round(Math.max(...group.map(([, , right]) => right!)) / near);
  const open = Map.groupBy(groups.filter(isOpen), end);
  return [
    ...groups.filter(group => group.some(isDown)),
    ...[...open.values()].map(all => all.flat()),
  ];
}

function isDown([left, low, right, high]: DrawnRule): boolean {
  return high! - low! > right! - left!;
}

// Its first row may stand over the first line, and its last one under the last.
function waysToRead(group: readonly DrawnRule[]): RuledTable[] {
  const table = tableOf(group);
  if (!table || group.some(isDown)) return table ? [table] : [];
  const { ys } = table;
  const least = Math.min(...ys.slice(1).map((y, at) => ys[at]! - y));
  const [head, foot] = [ys[0]! + least, ys.at(-1)! - least];
  return [[head, foot], [head], [foot], []].flatMap(more => tableOf(group, more) ?? []);
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

function tableOf(
  group: readonly DrawnRule[],
  more: readonly number[] = [],
): RuledTable | undefined {
  const down = group.filter(isDown);
  const across = group.filter(each => !isDown(each));
  const ends = (rules: readonly DrawnRule[], at: number) =>
    rules.flatMap(rule => [rule[at]!, rule[at + 2]!]);
  const isOpen = down.length === 0;
  const xs = placesOf([...down.map(([left]) => left!), ...ends(across, 0)]);
  const ys = placesOf([...across.map(each => each[1]!), ...ends(down, 1), ...more]).reverse();
  if (xs.length < 3 || ys.length < 3 || xs.length * ys.length > mostCells) return;
  // Each cell by the first that it is one with.
  const owners: number[] = [];
  const width = xs.length - 1;
  for (let at = 0; at < width * (ys.length - 1); at++) {
    const [column, row] = [at % width, Math.trunc(at / width)];
    const middle = [(xs[column]! + xs[column + 1]!) / 2, (ys[row]! + ys[row + 1]!) / 2] as const;
    const isParted = (rules: readonly DrawnRule[], x: number, y: number) =>
      rules.some(rule => touches([x, y, x, y], rule));
    const isOneLeft = column > 0 && !isOpen && !isParted(down, xs[column]!, middle[1]);
    const isAdded = more.includes(ys[row]!) || more.includes(ys[row - 1]!);
    const isOneUp = row > 0 && !isAdded && !isParted(across, middle[0], ys[row]!);
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
  return { xs, ys, cells, isOpen };
}

function placesOf(all: readonly number[]): number[] {
  const sorted = [...all].sort((a, b) => a - b);
  return sorted.filter((each, at) => at === 0 || each - sorted[at - 1]! > near);
}

// Gives each cell what stands in it; what is written across a line makes it no table.
function place(table: RuledTable, fragments: readonly Fragment[]): boolean {
  return fragments.every(fragment => {
    const found = cellOf(fragment, table);
    if (typeof found === 'object') found.fragments.push(fragment);
    return found !== 'across';
  });
}

function cellOf(fragment: Fragment, { xs, ys, cells, isOpen }: RuledTable) {
  const { size } = fragment;
  const [x, y] = [(fragment.x + fragment.right) / 2, fragment.y + 0.3 * size];
  // Nothing goes on beside the first and the last line of a table without a frame, or beside it.
  const isNear = [ys[0]!, ys.at(-1)!].some(edge => Math.abs(y - edge) < 0.5 * size);
  if (isOpen && isNear) return 'across';
  if (y > ys[0]! || y < ys.at(-1)!) return 'outside';
  if (x < xs[0]! || x > xs.at(-1)!) return isOpen ? 'across' : 'outside';
  const cell = cells.find(
    ({ columns: [from, to], rows: [top, foot] }) =>
      xs[from]! <= x && x <= xs[to + 1]! && ys[foot + 1]! <= y && y <= ys[top]!,
  );
  const [left, right] = cell ? [xs[cell.columns[0]]!, xs[cell.columns[1] + 1]!] : [0, 0];
  return cell && fragment.x >= left - size && fragment.right <= right + size ? cell : 'across';
}

// A number, or words that dots lead from.
const isEntry = /^[-(−]?[$€£¥]?\s?\d[\d.,]*\s?%?\)?$|\.{4}$/;

function rowsOf({ ys, cells, isOpen }: RuledTable): Line[] {
  const full = cells
    .filter(({ fragments }) => fragments.length > 0)
    .map(cell => ({ ...cell, ...wordsIn(cell) }));
  const rows = ys
    .slice(1)
    .map((_, row) => full.filter(({ rows: [from, to] }) => from <= row && row <= to));
  // Rows that no line parts are not one: of several entries in a cell, each is a row's.
  const isLoose = full.some(
    ({ said, words }) =>
      (isOpen && (words.includes('\t') || said.length > 3)) ||
      (said.length > 1 && said.every(line => isEntry.test(textOfLine(line)))),
  );
  if (isLoose || rows.filter(row => row.length > 1).length < 2) return [];
  const columns = [...new Set(full.map(cell => cell.columns[0]))].sort((a, b) => a - b);
  if (readsRightToLeft(full.map(({ words }) => words).join(''))) columns.reverse();
  const texts = rows.map((row, at) => {
    const again = row.filter(({ rows: [top], words }) => top === at || words.length <= most.again);
    return new Map(again.map(cell => [cell.columns[0], oneLine(cell.words)]));
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
  return { said, words: words.trim() };
}
