import type { DocumentTable, TableRow } from './fill-table.ts';
import type { CellEvidence, GridCell } from './grid-cell.ts';

/** What a table came to. */
export interface TableTotals {
  readonly documents: number;
  readonly cells: number;
  readonly answered: number;
  /** Cells that could not be asked. */
  readonly failed: number;
  readonly contradictions: number;
  /** US dollars of all cells whose cost is known. */
  readonly costUsd: number;
  /** False where the cost of some cell is not known. */
  readonly isCostKnown: boolean;
  /** Documents that could not be read, or not all of their pages, and why. */
  readonly unread: readonly { readonly title: string; readonly why: string }[];
}

/**
 * Sums a table up.
 * @example
 * ```ts
 * const { cells, costUsd } = tableTotals(table);
 * ```
 */
export function tableTotals({ rows }: DocumentTable): TableTotals {
  const cells = rows.flatMap(row => row.cells);
  const known = cells.flatMap(({ costUsd }) => (costUsd === 'unknown' ? [] : [costUsd]));
  const count = (isCounted: (cell: GridCell) => boolean) => cells.filter(isCounted).length;
  return {
    documents: rows.length,
    cells: cells.length,
    answered: count(({ status }) => status === 'answered'),
    failed: count(({ status }) => status === 'failed'),
    contradictions: count(({ contradicts }) => contradicts !== undefined),
    costUsd: known.reduce((sum, usd) => sum + usd, 0),
    isCostKnown: known.length === cells.length,
    unread: rows.flatMap(row => {
      const why = unreadOf(row);
      return why === undefined ? [] : [{ title: row.title, why }];
    }),
  };
}

/** Says what of a row could not be read; `undefined` where all of it was. */
export function unreadOf({ unread, withoutText }: TableRow): string | undefined {
  if (unread !== undefined) return unread;
  return withoutText && `no usable text on page ${withoutText.slice(0, 8).join(', ')}`;
}

/** Writes what stands in a cell: its value, or why there is none. */
export function cellText({ status, value, why }: GridCell): string {
  if (status === 'answered') return value;
  return status === 'nothing' ? '' : `${status}: ${why ?? ''}`;
}

/** Says where words stand: `page 3`, `line 12, "Fees"`. */
export function placeText({ page, line, heading }: CellEvidence): string {
  if (page !== undefined) return `page ${page}`;
  return `line ${line ?? 1}${heading === undefined ? '' : `, "${heading}"`}`;
}

/** Says how much of its document a cell is made from: `12 of 12 chunks, 2 of 3 pages`. */
export function coverageText({ coverage }: GridCell): string {
  if (!coverage) return '';
  const { read, chunks, pages } = coverage;
  const ofPages = pages && pages.total > 1 ? `, ${pages.read} of ${pages.total} pages` : '';
  return `${read} of ${chunks} chunks${ofPages}`;
}

const cellColumns: readonly (readonly [name: string, of: (cell: GridCell) => string])[] = [
  ['', cellText],
  [
    'quote',
    cell =>
      ownEvidence(cell)
        .map(({ quote }) => quote)
        .join(' | '),
  ],
  ['place', cell => ownEvidence(cell).map(placeText).join(' | ')],
  ['coverage', coverageText],
  ['cost in USD', ({ costUsd }) => String(costUsd)],
  ['contradicts', ({ contradicts = [] }) => contradicts.join(' | ')],
];

function ownEvidence({ status, evidence }: GridCell): readonly CellEvidence[] {
  return status === 'answered' ? evidence : [];
}

/**
 * Writes a table as CSV (RFC 4180): a line a document, and for each question its value, quote,
 * place, coverage, cost and the documents that it contradicts. What a spreadsheet would take for a
 * formula is written as text.
 * @example
 * ```ts
 * process.stdout.write(tableCsv(table));
 * ```
 */
export function tableCsv({ questions, rows }: DocumentTable): string {
  const heads = questions.flatMap(({ name }) =>
    cellColumns.map(([column]) => (column === '' ? name : `${name}: ${column}`)),
  );
  const lines = rows.map(row => [
    row.title,
    unreadOf(row) ?? '',
    ...row.cells.flatMap(cell => cellColumns.map(([, of]) => of(cell))),
  ]);
  return [['document', 'unread', ...heads], ...lines]
    .map(line => `${line.map(csvCell).join(',')}\r\n`)
    .join('');
}

// Spreadsheets reckon what begins so, white space before it or not; wide forms of the signs too.
const formula = /^[\s\p{Cf}\p{Cc}]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212|%]/u;

function csvCell(text: string): string {
  const safe = formula.test(text) || /^[\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n;\t']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
