import type { SpendList } from '../api-types.ts';

type Row = SpendList['data'][number];

/** What a group of runs came to. */
export interface Sums {
  readonly name: string;
  readonly runs: number;
  readonly failed: number;
  readonly answered: number;
  readonly local: number;
  readonly costUsd: number;
  readonly savedUsd: number;
  readonly compared: number;
  readonly unpriced: number;
  readonly leftCharacters: number;
}

/** Sums rows of one name. */
export function sumsOf(name: string, rows: readonly Row[]): Sums {
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
  return {
    name,
    runs: sum(row => row.runs),
    failed: sum(row => row.failed),
    answered: sum(row => (row.place === null ? 0 : row.runs)),
    local: sum(row => (row.place === null || row.place === 'cloud' ? 0 : row.runs)),
    costUsd: sum(row => row.costUsd),
    savedUsd: sum(row => row.savedUsd),
    compared: sum(row => row.compared),
    unpriced: sum(row => row.unpriced),
    leftCharacters: sum(row => row.leftCharacters),
  };
}

/** Sums rows by one of their names; days in order, others by what was spent. */
export function sumsBy(
  rows: readonly Row[],
  by: 'day' | 'pattern' | 'answeredBy' | 'key' | 'place',
): Sums[] {
  const groups = [...Map.groupBy(rows, row => row[by] ?? 'none')].map(([name, of]) =>
    sumsOf(name, of),
  );
  if (by === 'day') return groups.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return groups.toSorted((a, b) => b.costUsd - a.costUsd || b.runs - a.runs);
}
