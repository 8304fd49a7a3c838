import type { ReadingProgress } from '../../src/entries/runs.ts';
import type { Style, Terminal } from './terminal.ts';

type CellState = Extract<ReadingProgress, { kind: 'cell' }>['state'] | 'waiting';

interface Grid {
  readonly round: number;
  readonly columns: readonly string[];
  /** By column, then by row. */
  readonly cells: CellState[][];
}

const redrawMs = 80;
const counted: readonly CellState[] = ['found', 'nothing', 'refused', 'failed', 'reused'];
// What a mark of the grid shows of the chunks it stands for: the first of these that any of them is
// in.
const marks: readonly (readonly [CellState, string])[] = [
  ['running', '▸'],
  ['failed', '×'],
  ['found', '█'],
  ['refused', '▒'],
  ['reused', '='],
  ['waiting', '·'],
  ['nothing', '░'],
  ['skipped', ' '],
];

/**
 * Shows on a terminal how far the reading of a document is: a line for each task, a mark for each
 * chunk (or for several, where there are more than fit), and the tokens used.
 */
export function readingGrid(
  terminal: Terminal,
  now: () => number = () => performance.now(),
): (progress: ReadingProgress) => void {
  let grid: Grid | undefined;
  let tokens = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;
  return progress => {
    if (progress.kind === 'stage') {
      grid = undefined;
      terminal.progress(`${progress.stage} …${tokens > 0 ? `  ${grouped(tokens)} tokens` : ''}`);
      return;
    }
    if (progress.kind === 'grid') {
      const { round, columns, rows } = progress;
      grid = {
        round,
        columns,
        cells: columns.map(() => new Array<CellState>(rows).fill('waiting')),
      };
    } else if (grid?.cells[progress.column]) {
      grid.cells[progress.column]![progress.row] = progress.state;
      tokens += progress.tokens;
    }
    if (!grid || now() - drawnAt < redrawMs) return;
    drawnAt = now();
    terminal.progress(
      gridLines(grid, { tokens, width: terminal.width, style: terminal.style }).join('\n'),
    );
  };
}

const longestLabel = 16;

/** Writes a grid as lines: what is done, then each task with its chunks. */
export function gridLines(
  { round, columns, cells }: Grid,
  facts: { tokens: number; width: number; style: Style },
): string[] {
  const { tokens, width, style } = facts;
  const all = cells.flat().filter(state => state !== 'skipped');
  const done = all.filter(state => counted.includes(state)).length;
  const found = all.filter(state => state === 'found' || state === 'reused').length;
  const label = Math.min(longestLabel, Math.max(...columns.map(({ length }) => length)));
  const room = Math.max(8, width - label - 4);
  return [
    `round ${round}: ${done} of ${all.length} jobs, ${found} found, ${grouped(tokens)} tokens`,
    ...columns.map(
      (name, index) => `  ${style.dim(fitted(name, label))} ${marksOf(cells[index]!, room)}`,
    ),
  ];
}

function marksOf(cells: readonly CellState[], room: number): string {
  const each = Math.ceil(cells.length / room);
  let line = '';
  for (let at = 0; at < cells.length; at += each) {
    const states = new Set(cells.slice(at, at + each));
    line += marks.find(([state]) => states.has(state))![1];
  }
  return line;
}

function fitted(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
