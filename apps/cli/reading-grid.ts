import type { ReadingProgress } from '../../src/entries/runs.ts';
import type { Style } from './terminal.ts';

type CellState = Extract<ReadingProgress, { kind: 'cell' }>['state'] | 'waiting';

interface Grid {
  readonly round: number;
  readonly columns: readonly string[];
  /** By column, then by row. */
  readonly cells: CellState[][];
}

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

const legend =
  '▸ reading  █ found  ░ nothing  ▒ refused as not in the text  × failed  = known before';

/**
 * Follows how far the reading of a document is: in words, and as lines for a terminal, one for each
 * task with a mark for each chunk (or for several, where there are more than fit).
 */
export function readingGrid(style: Style) {
  let grid: Grid | undefined;
  let stage = '';
  let tokens = 0;
  return {
    take(progress: ReadingProgress) {
      if (progress.kind === 'stage') {
        grid = undefined;
        stage = progress.stage;
      } else if (progress.kind === 'grid') {
        const { round, columns, rows } = progress;
        stage = '';
        grid = {
          round,
          columns,
          cells: columns.map(() => new Array<CellState>(rows).fill('waiting')),
        };
      } else if (grid?.cells[progress.column]) {
        grid.cells[progress.column]![progress.row] = progress.state;
        tokens += progress.tokens;
      }
    },
    words(): string[] {
      if (grid) return [gridWords(grid, tokens)];
      return stage === '' ? [] : [`${stage}${tokens > 0 ? `, ${grouped(tokens)} tokens` : ''}`];
    },
    lines(width: number): string[] {
      return grid ? [...gridLines(grid, { width, style }), style.dim(legend)] : [];
    },
  };
}

const longestLabel = 16;

/** Says in words how much of a grid is done. */
export function gridWords({ round, cells }: Grid, tokens: number): string {
  const all = cells.flat().filter(state => state !== 'skipped');
  const count = (...states: readonly CellState[]) =>
    all.filter(state => states.includes(state)).length;
  const refused = count('refused');
  const failed = count('failed');
  return [
    `round ${round}: ${count(...counted)} of ${all.length} jobs`,
    `${count('found', 'reused')} found`,
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${grouped(tokens)} tokens`,
  ].join(', ');
}

/** Writes a grid as lines, one for each task with its chunks. */
export function gridLines(
  { columns, cells }: Grid,
  { width, style }: { width: number; style: Style },
): string[] {
  const label = Math.min(longestLabel, Math.max(...columns.map(({ length }) => length)));
  const room = Math.max(8, width - label - 4);
  return columns.map(
    (name, index) => `  ${style.dim(fitted(name, label))} ${marksOf(cells[index]!, room)}`,
  );
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
