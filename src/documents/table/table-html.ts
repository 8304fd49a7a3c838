import type { DocumentTable, TableRow } from './fill-table.ts';
import type { CellEvidence, GridCell } from './grid-cell.ts';
import { cellText, coverageText, placeText, tableTotals, unreadOf } from './write-table.ts';

/**
 * Writes a table as one page of HTML that needs nothing else: each cell with its quotes, each quote
 * with a link to its place. `hrefOf` gives the address of a row's file; without it there are no
 * links.
 * @example
 * ```ts
 * const page = tableHtml(table, ({ title }) => encodeURI(title));
 * ```
 */
export function tableHtml(
  table: DocumentTable,
  hrefOf: (row: TableRow) => string | undefined = () => undefined,
): string {
  const { questions, rows } = table;
  const { answered, cells, contradictions, unread } = tableTotals(table);
  const heads = questions.map(
    ({ name, question }) => `<th scope="col" title="${escaped(question)}">${escaped(name)}</th>`,
  );
  const says =
    `${rows.length} documents, ${questions.length} questions, ${answered} of ${cells} cells ` +
    `answered, ${contradictions} contradicted, ${unread.length} documents not read whole`;
  return [
    '<!doctype html>',
    '<html><head><meta charset="utf-8"><title>Table of documents</title>',
    `<style>${style}</style></head><body>`,
    `<p>${says}.</p>`,
    `<table><thead><tr><th scope="col">document</th>${heads.join('')}</tr></thead><tbody>`,
    ...rows.map(row => rowHtml(row, hrefOf(row))),
    '</tbody></table></body></html>',
    '',
  ].join('\n');
}

const style =
  'body{font:14px/1.4 system-ui,sans-serif;margin:1em}table{border-collapse:collapse}' +
  'th,td{border:1px solid #bbb;padding:.4em;text-align:left;vertical-align:top;max-width:28em}' +
  'thead th{position:sticky;top:0;background:#eee}small{color:#555;display:block}' +
  'q{quotes:none;font-style:italic}.contradicted{background:#fff3cd}' +
  '.unread,.failed{background:#f8d7da}.unsupported{color:#a00}';

function rowHtml(row: TableRow, href: string | undefined): string {
  const title = href === undefined ? escaped(row.title) : link(href, row.title);
  const unread = unreadOf(row);
  const note = unread === undefined ? '' : small(`unread: ${unread}`);
  const cells = row.cells.map(cell => cellHtml(cell, href));
  return `<tr><th scope="row">${title}${note}</th>${cells.join('')}</tr>`;
}

function cellHtml(cell: GridCell, href: string | undefined): string {
  const { status, contradicts = [], evidence, unsupported = [], why, costUsd } = cell;
  const kind = contradicts.length > 0 ? 'contradicted' : status;
  const parts = [
    escaped(cellText(cell)),
    ...evidence.map(each => evidenceHtml(each, href, status === 'answered' ? '' : 'nearest: ')),
    ...(contradicts.length > 0 ? [small(`otherwise in: ${contradicts.join(', ')}`)] : []),
    ...unsupported.map(
      claim => `<small class="unsupported">no extract says: ${escaped(claim)}</small>`,
    ),
    ...(status === 'nothing' || status === 'answered'
      ? [small([why ?? '', coverageText(cell), costText(costUsd)].filter(Boolean).join('; '))]
      : []),
  ];
  return `<td class="${kind}">${parts.join('')}</td>`;
}

function evidenceHtml(evidence: CellEvidence, href: string | undefined, head: string): string {
  const place = placeText(evidence);
  const shown = href === undefined ? escaped(place) : link(placed(href, evidence), place);
  return `<small>${head}<q>${escaped(evidence.quote)}</q> ${shown}</small>`;
}

const linkedWords = 8;

// A viewer of PDFs opens at a page, a browser at words of a page.
function placed(href: string, { page, quote }: CellEvidence): string {
  if (page !== undefined) return `${href}#page=${page}`;
  const words = quote.trim().split(/\s+/).slice(0, linkedWords).join(' ');
  // A dash parts words in such a fragment.
  return `${href}#:~:text=${encodeURIComponent(words).replaceAll('-', '%2D')}`;
}

function costText(costUsd: GridCell['costUsd']): string {
  return costUsd === 'unknown' ? 'cost unknown' : `$${Number(costUsd.toFixed(6))}`;
}

function small(text: string): string {
  return text === '' ? '' : `<small>${escaped(text)}</small>`;
}

function link(href: string, text: string): string {
  return `<a href="${escaped(href)}">${escaped(text)}</a>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, sign => entities[sign]!);
}
