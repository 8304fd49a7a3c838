import type { Fragment } from './fragments.ts';
import { add, type Line, lineOf, textOfLine } from './lines.ts';

/** Lines that were written downwards, one after the other. */
type LineRun = Line[];

/**
 * Joins the rows of tables that were written column by column: lines that share their baselines
 * with lines further left or right, where one side holds cells and not prose.
 */
export function joinRows(lines: readonly Line[]): Line[] {
  const runs = runsOf(lines);
  if (runs.length === 1 || runs.length > mostRuns) return [...lines];
  const joined: LineRun[] = [];
  for (const run of runs) {
    const row = joined.findLast(other => areRows(other, run));
    if (row) merge(row, run);
    else joined.push(run);
  }
  return joined.flat();
}

const fewestWoven = 4;

/** Takes two columns of prose apart that were written line by line across the page. */
export function unwoven(lines: readonly Line[]): Line[] {
  const apart: Line[] = [];
  for (let at = 0; at < lines.length; ) {
    const { left, right, both } = columnsFrom(lines, at);
    const isApart =
      both >= fewestWoven &&
      [left, right].every(run => flows(run) && !isOfCells(run) && !run.some(hasCells));
    const found = isApart ? [...left, ...right] : [lines[at]!];
    apart.push(...found);
    at += isApart ? left.length + right.length - both : 1;
  }
  return apart;
}

function columnsFrom(lines: readonly Line[], at: number) {
  const columns = { left: [] as Line[], right: [] as Line[], both: 0 };
  let [from, to] = widestGap(lines[at]!);
  for (const line of lines.slice(at, at + mostRuns)) {
    const middle = (from + to) / 2;
    const left = line.fragments.filter(({ x }) => x < middle);
    const right = line.fragments.filter(({ x }) => x >= middle);
    from = Math.max(from, ...left.map(each => each.right));
    to = Math.min(to, ...right.map(({ x }) => x));
    if (to - from < line.size || line.text !== undefined) break;
    if (left.length > 0) columns.left.push(joined(left));
    if (right.length > 0) columns.right.push(joined(right));
    if (left.length > 0 && right.length > 0) columns.both++;
  }
  return columns;
}

function widestGap({ fragments }: Line): readonly [from: number, to: number] {
  const sorted = [...fragments].sort((a, b) => a.x - b.x);
  let widest: readonly [number, number] = [0, 0];
  for (const [index, { x }] of sorted.entries()) {
    const before = sorted[index - 1]?.right ?? x;
    if (x - before > widest[1] - widest[0]) widest = [before, x];
  }
  return widest;
}

function hasCells(line: Line): boolean {
  const [from, to] = widestGap(line);
  return to - from > 2 * line.size;
}

function joined([first, ...rest]: readonly Fragment[]): Line {
  const line = lineOf(first!);
  for (const fragment of rest) add(line, fragment);
  return line;
}

const mostRuns = 500;

function runsOf(lines: readonly Line[]): LineRun[] {
  const runs: LineRun[] = [];
  for (const line of lines) {
    const before = runs.at(-1)?.at(-1);
    if (before && line.y < before.y + 0.5 * before.size && isBelow(before, line))
      runs.at(-1)!.push(line);
    else runs.push([line]);
  }
  return runs;
}

function isBelow(before: Line, line: Line): boolean {
  return before.y - line.y > 0.3 * Math.min(before.size, line.size);
}

const longestCell = 28;

function areRows(run: LineRun, other: LineRun): boolean {
  let shared = 0;
  for (const line of other) {
    const beside = lineBeside(run, line);
    if (!beside) continue;
    if (beside.x < line.right && line.x < beside.right) return false;
    shared++;
  }
  if (shared === 0) return false;
  const inReach = run.filter(({ y }) => y >= other.at(-1)!.y - 1 && y <= other[0]!.y + 1).length;
  const least = Math.min(other.length, Math.max(1, inReach));
  if (shared < 0.6 * least) return false;
  if (isOfNumbers(other) || isOfNumbers(run)) return true;
  return !flows(other) && !flows(run) && (isOfCells(other) || isOfCells(run));
}

function isOfCells(run: LineRun): boolean {
  const lengths = run.map(lettersOf).sort((a, b) => a - b);
  return lengths[lengths.length >> 1]! <= longestCell;
}

function isOfNumbers(run: LineRun): boolean {
  const numbers = run.filter(line => /^[\d\s$€£¥%().,:/+–-]+$/.test(wordsOf(line)));
  return numbers.length >= 0.6 * run.length;
}

// Prose in a column goes on from line to line; cells begin anew.
function flows(run: LineRun): boolean {
  const goesOn = run.filter((line, index) => {
    const next = run[index + 1];
    if (!next) return false;
    const words = wordsOf(line);
    return /\p{Ll}-$/u.test(words) || (/[\p{L},]$/u.test(words) && /^\p{Ll}/u.test(wordsOf(next)));
  });
  return goesOn.length > 0 && goesOn.length >= 0.3 * (run.length - 1);
}

function wordsOf({ fragments }: Line): string {
  return fragments
    .map(({ text }) => text)
    .join(' ')
    .trim();
}

function lettersOf({ fragments }: Line): number {
  return fragments.reduce((sum, { text }) => sum + text.length, 0);
}

function lineBeside(run: LineRun, line: Line): Line | undefined {
  return run.find(({ y, size }) => Math.abs(y - line.y) < 0.35 * Math.max(size, line.size));
}

function merge(run: LineRun, other: LineRun): void {
  for (const line of other) {
    const beside = lineBeside(run, line);
    if (beside) for (const fragment of line.fragments) add(beside, fragment);
    else insert(run, line);
  }
}

/** Puts a line among others by its height on the page. */
export function insert(run: Line[], line: Line): void {
  const at = run.findIndex(({ y }) => y < line.y);
  if (at < 0) run.push(line);
  else run.splice(at, 0, line);
}

const fewestNumbers = 8;

/**
 * Takes the numbers of lines off the margin, as pleadings and transcripts bear them, which would
 * stand inside of sentences: the other lines, and the numbers on a line of their own.
 */
export function withoutLineNumbers(lines: readonly Line[]): Line[] {
  const numbered = lines.filter(isNumbered);
  if (numbered.length < fewestNumbers) return [...lines];
  const counted = countingUp(numbered);
  if (counted.length < fewestNumbers || areCells(counted)) return [...lines];
  const numbers = counted.map(({ fragments }) => fragments[0]!);
  const left: Line[] = [];
  for (const line of lines) {
    const [first, ...rest] = line.fragments;
    if (!numbers.includes(first!)) left.push(line);
    else if (rest.length > 0) {
      const again: Line = { ...line, fragments: rest, x: Math.min(...rest.map(({ x }) => x)) };
      left.push(again);
    }
  }
  const last = numbers.at(-1)!;
  const text = numbers.map(each => each.text).join(' ');
  left.push({
    fragments: [{ ...last, text }],
    y: last.y,
    x: last.x,
    right: last.right,
    size: last.size,
  });
  return left;
}

// The numbers of rows are cells of a table.
function areCells(counted: readonly Line[]): boolean {
  const rest = counted.flatMap(({ fragments: [, ...others] }) =>
    others.length > 0 ? [joined(others)] : [],
  );
  const cells = rest.filter(line => textOfLine(line).includes('\t'));
  return cells.length * 2 > counted.length;
}

// What goes on at once is the number of a step: "1:".
function isNumbered({ fragments: [first, next] }: Line): boolean {
  return /^\d{1,2}$/.test(first!.text) && (!next || next.x - first!.right > 0.5 * first!.size);
}

// From 1 or 2 up by one, on one margin.
function countingUp(lines: readonly Line[]): Line[] {
  const margin = lines[0]!.fragments[0]!.right;
  const counted: Line[] = [];
  for (const line of [...lines].sort((a, b) => b.y - a.y)) {
    const [{ text, right }] = line.fragments as [Line['fragments'][number]];
    if (Math.abs(right - margin) > 8) continue;
    const before = counted.at(-1);
    const wanted = before ? Number(before.fragments[0]!.text) + 1 : undefined;
    if (wanted === undefined ? Number(text) <= 2 : Number(text) === wanted) counted.push(line);
  }
  return counted;
}
