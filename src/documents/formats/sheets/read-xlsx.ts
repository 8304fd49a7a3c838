import { offLine } from '../markup/raised.ts';
import { oneLine, sayOver } from '../markup/table-text.ts';
import {
  attributeOf,
  childOf,
  elementsBelow,
  elementsOf,
  wordsOf,
  type XmlElement,
} from '../markup/xml-tree.ts';
import { drawnTexts } from '../office/charts.ts';
import { filesHeld, hiddenSheetNote, picturesIn } from '../office/held.ts';
import type { ParsedFile } from '../parsed-file.ts';
import { unreadable } from '../unreadable.ts';
import { offsetOf } from '../word/docx-styles.ts';
import { type PackedParts, relationsOf } from '../zipped/unpack.ts';
import { formatsIn, type NumberFormat } from './number-format.ts';

/** What an Excel file is called on the wire. */
const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/**
 * Reads the sheets of a workbook: a heading each, a line a row with its cells parted by tabs,
 * values as they show; then the comments on its cells.
 * @throws TandemError `unreadable_document`
 */
export function readXlsx(parts: PackedParts): ParsedFile {
  const path =
    [...relationsOf(parts, '').values()].find(({ type }) => type === 'officeDocument')?.path ??
    'xl/workbook.xml';
  const workbook = childOf(parts.xml(path), 'workbook');
  if (!workbook) {
    throw unreadable(parts.title, 'The workbook is broken.', 'Open it and save it anew as XLSX.');
  }
  const relations = relationsOf(parts, path);
  const part = (type: string) => {
    const found = [...relations.values()].find(each => each.type === type);
    return found && parts.xml(found.path);
  };
  const shared = elementsOf(childOf(part('sharedStrings'), 'sst'), 'si').map(richText);
  const startsIn1904 = /^(?:1|true)$/.test(
    attributeOf(childOf(workbook, 'workbookPr') ?? workbook, 'date1904') ?? '',
  );
  const formats = formatsIn(part('styles'), startsIn1904);
  const notes: string[] = [];
  const book: Workbook = { shared, formats, unreckoned: 0 };
  const targets: string[] = [];
  const sheets = elementsOf(childOf(workbook, 'sheets'), 'sheet').map(sheet => {
    const name = attributeOf(sheet, 'name') ?? 'Sheet';
    const isHidden = /hidden/i.test(attributeOf(sheet, 'state') ?? '');
    const target = relations.get(
      attributeOf(sheet, 'r:id') ?? attributeOf(sheet, 'id') ?? '',
    )?.path;
    const xml = target ? parts.xml(target) : undefined;
    notes.push(...hiddenNotes(xml, { name, isHidden }));
    if (target) targets.push(target);
    const beside = target ? [commentsText(parts, target), ...drawingsText(parts, target)] : [];
    const blocks = [rowsText(xml, book), ...beside, ...runningText(xml)].filter(
      text => text !== '',
    );
    if (blocks.length === 0) return '';
    return [`# ${name}${isHidden ? ' (hidden)' : ''}`, ...blocks].join('\n\n');
  });
  const text = sheets.filter(sheet => sheet !== '').join('\n\n');
  if (book.unreckoned > 0)
    notes.push(`Cells of copied formulas, without a value: ${book.unreckoned}.`);
  const held = filesHeld(parts, targets);
  notes.push(...(held.notes ?? []));
  return { text, title: parts.title, mediaType: xlsxType, ...held, notes };
}

// Phonetic hints are no part of the words.
function richText(item: XmlElement): string {
  return elementsOf(item)
    .map(child => {
      if (child.name === 't') return escapesRead(wordsOf(child));
      if (child.name !== 'r') return '';
      const words = escapesRead(wordsOf(childOf(child, 't')));
      const offset = offsetOf(childOf(child, 'rPr'));
      return offset ? offLine(words, offset) : words;
    })
    .join('');
}

// Letters that XML does not allow, or that look like one of these.
function escapesRead(text: string): string {
  return text.replace(/_x([\da-f]{4})_/gi, (_, code: string) => {
    const letter = Number.parseInt(code, 16);
    return letter < 32 ? ' ' : String.fromCharCode(letter);
  });
}

const codeOfHead = /&(?:"[^"]*"|K[\dA-F]{6}|\d{1,3}|.)/g;

// What stands above and below each printed page, in the codes of its three parts.
function runningText(xml: XmlElement | undefined): string[] {
  const kinds = elementsOf(elementsOf(xml).flatMap(each => elementsOf(each, 'headerFooter'))[0]);
  const lines = kinds.map(kind => {
    const said = wordsOf(kind).replace(codeOfHead, code => (code === '&&' ? '&' : ' '));
    const words = oneLine(said);
    if (!/\p{L}{3}/u.test(words)) return '';
    return `${/Header$/i.test(kind.name) ? 'Header' : 'Footer'}: ${words}`;
  });
  return [...new Set(lines)];
}

interface Workbook {
  readonly shared: readonly string[];
  readonly formats: readonly NumberFormat[];
  /** Cells that say neither their value nor, as copies, their formula. */
  unreckoned: number;
}

function rowsText(xml: XmlElement | undefined, book: Workbook): string {
  const sheet = childOf(xml, 'worksheet');
  const byNumber = new Map<number, string[]>();
  const rows = elementsOf(childOf(sheet, 'sheetData'), 'row').map((row, at) => {
    const cells: string[] = [];
    byNumber.set(Number(attributeOf(row, 'r') ?? at + 1), cells);
    for (const cell of elementsOf(row, 'c')) {
      const column = columnOf(attributeOf(cell, 'r')) ?? cells.length;
      const text = oneLine(cellText(cell, book));
      if (text !== '') cells[column] = text;
    }
    return cells;
  });
  for (const merge of elementsOf(childOf(sheet, 'mergeCells'), 'mergeCell'))
    sayBelow(attributeOf(merge, 'ref') ?? '', byNumber);
  sayHeads(sheet, rows, byNumber);
  // Columns that stand empty before all others only indent.
  const first = Math.min(
    ...rows.map(cells => cells.findIndex(cell => cell !== undefined)).filter(at => at >= 0),
  );
  return rows
    .map(cells =>
      Array.from(cells.slice(first), cell => cell ?? '')
        .join('\t')
        .trimEnd(),
    )
    .filter(line => line !== '')
    .join('\n');
}

// What is hidden or filtered away is read, and told.
function hiddenNotes(
  xml: XmlElement | undefined,
  { name, isHidden }: { readonly name: string; readonly isHidden: boolean },
): string[] {
  if (isHidden) return [hiddenSheetNote(name)];
  const sheet = childOf(xml, 'worksheet');
  const hidden = (of: string, what: string) =>
    elementsOf(childOf(sheet, of), what).filter(each =>
      /^(?:1|true)$/.test(attributeOf(each, 'hidden') ?? ''),
    );
  const rows = hidden('sheetData', 'row').filter(row => elementsOf(row, 'c').length > 0).length;
  const columns = hidden('cols', 'col').length;
  return Object.entries({ Rows: rows, Columns: columns }).flatMap(([what, count]) =>
    count === 0 ? [] : [`${what} that are hidden in the sheet "${name}", and were read: ${count}.`],
  );
}

const longestSaidAgain = 120;

// A merged cell is part of each row that it covers: a row is read alone.
function sayBelow(ref: string, rows: ReadonlyMap<number, string[]>): void {
  const [, from = '', first = '', last = ''] =
    /^([A-Z]{1,3})(\d+):[A-Z]{1,3}(\d+)$/.exec(ref) ?? [];
  const column = columnOf(from);
  const text = column === undefined ? undefined : rows.get(Number(first))?.[column];
  if (text === undefined || text.length > longestSaidAgain) return;
  const end = Math.min(Number(last), Number(first) + rows.size);
  for (let row = Number(first) + 1; row <= end; row++) {
    const cells = rows.get(row);
    if (cells?.some(cell => cell !== undefined)) cells[column!] ??= text;
  }
}

function sayHeads(
  sheet: XmlElement | undefined,
  rows: readonly string[][],
  byNumber: ReadonlyMap<number, string[]>,
): void {
  const laid = rows.map(cells => new Map(cells.flatMap((text, at) => [[at, text] as const])));
  for (const merge of elementsOf(childOf(sheet, 'mergeCells'), 'mergeCell')) {
    const [from = '', to = ''] = (attributeOf(merge, 'ref') ?? '').split(':');
    const at = rows.indexOf(byNumber.get(Number(from.replace(/\D/g, ''))) ?? []);
    const [first, last] = [columnOf(from), columnOf(to)];
    if (at < 0 || first === undefined || last === undefined) continue;
    sayOver(laid, at, { from: first, to: last + 1 });
    for (const [column, text] of laid[at]!) rows[at]![column] = text;
  }
}

const mostColumns = 16_384;

function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}/i.exec(reference ?? '')?.[0].toUpperCase();
  if (!letters) return undefined;
  const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  return column < mostColumns ? column : undefined;
}

function unreckoned(cell: XmlElement, book: Workbook): string {
  const formula = wordsOf(childOf(cell, 'f'));
  if (formula === '') book.unreckoned++;
  else if (attributeOf(cell, 't') === 'str') return '';
  return `=${formula || '…'}`;
}

function cellText(cell: XmlElement, book: Workbook): string {
  const { shared, formats } = book;
  const type = attributeOf(cell, 't') ?? 'n';
  if (type === 'inlineStr') return richText(childOf(cell, 'is') ?? cell);
  const value = wordsOf(childOf(cell, 'v'));
  // Programs that write sheets often leave the reckoning to whoever opens them.
  if (value === '' && childOf(cell, 'f')) return unreckoned(cell, book);
  if (type === 's') return shared[Number(value)] ?? '';
  if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
  if (type !== 'n' || value === '') return escapesRead(value);
  const number = Number(value);
  const format = formats[Number(attributeOf(cell, 's') ?? '0')];
  if (Number.isNaN(number)) return value;
  return format ? format(number) : String(Number(number.toPrecision(15)));
}

// Text boxes and charts lie on a sheet, in a part of their own.
function drawingsText(parts: PackedParts, path: string): string[] {
  const found = [...relationsOf(parts, path).values()].filter(({ type }) => type === 'drawing');
  return found.flatMap(({ path: target }) => {
    const xml = parts.xml(target);
    const boxes = (xml ? elementsBelow(xml, 'txBody') : []).map(box =>
      elementsBelow(box, 'p')
        .map(each => elementsBelow(each, 't').map(wordsOf).join(''))
        .join('\n')
        .trim(),
    );
    const pictures = xml ? picturesIn(xml, 'cNvPr') : [];
    return [...boxes, ...pictures, ...drawnTexts(parts, target)];
  });
}

function commentsText(parts: PackedParts, path: string): string {
  const found = [...relationsOf(parts, path).values()].filter(({ type }) => type === 'comments');
  const lines = found.flatMap(({ path: target }) => {
    const xml = parts.xml(target);
    return (xml ? elementsBelow(xml, 'comment') : []).map(comment => {
      const at = attributeOf(comment, 'ref') ?? '';
      return `Comment at ${at}: ${oneLine(elementsBelow(comment, 't').map(wordsOf).join(''))}`;
    });
  });
  return lines.join('\n');
}
