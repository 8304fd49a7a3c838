import { oneLine, type TableCell, tableText } from '../markup/table-text.ts';
import { attributeOf, childOf, elementsOf, type XmlElement } from '../markup/xml-tree.ts';
import { type Inline, inlineText } from './docx-inline.ts';
import type { Numbering } from './docx-numbering.ts';
import { childValue, isOn, numberingOf } from './docx-styles.ts';

/** What the blocks of a Word file are read with. */
export interface Body extends Inline {
  readonly numbering: Numbering;
}

/** Writes paragraphs and tables as text: a line each, a row of a table on one. */
export function bodyText(element: XmlElement, body: Body): string {
  const lines: BodyLines = { text: '', isOpen: false };
  writeBlocks(element, body, lines);
  return lines.text.replace(/\n{3,}/g, '\n\n').trim();
}

interface BodyLines {
  text: string;
  /** Whether the next paragraph goes on in this line, since the break between them was deleted. */
  isOpen: boolean;
}

function write(lines: BodyLines, text: string): void {
  if (text === '') return;
  const joint = lines.text === '' ? '' : lines.isOpen ? ' ' : '\n';
  lines.text += `${joint}${text}`;
  lines.isOpen = false;
}

function writeBlocks(element: XmlElement, body: Body, lines: BodyLines): void {
  for (const child of elementsOf(element)) {
    if (child.name === 'p') writeParagraph(child, body, lines);
    else if (child.name === 'tbl') writeTable(child, body, lines);
    else if (child.name === 'AlternateContent') {
      const [choice] = elementsOf(child);
      if (choice) writeBlocks(choice, body, lines);
    } else if (!passed.has(child.name)) writeBlocks(child, body, lines);
  }
}

const passed = new Set(['del', 'moveFrom', 'sdtPr', 'sectPr', 'tblPr', 'tblGrid', 'r', 'pPr']);

function writeParagraph(paragraph: XmlElement, body: Body, lines: BodyLines): void {
  const properties = childOf(paragraph, 'pPr');
  const boxes: XmlElement[] = [];
  const text = inlineText(paragraph, { ...body, boxes });
  const style = body.styles(childValue(properties, 'pStyle'));
  const isDeleted = childOf(childOf(properties, 'rPr'), 'del') !== undefined;
  // A paragraph that nobody sees, or that was deleted, counts for no number.
  if (text !== '') writeWords(text, { properties, style, body, lines });
  if (isDeleted && text !== '') lines.isOpen = true;
  for (const box of boxes) write(lines, bodyText(box, body));
}

interface Words {
  readonly properties: XmlElement | undefined;
  readonly style: ReturnType<Body['styles']>;
  readonly body: Body;
  readonly lines: BodyLines;
}

const deepestIndent = 8;

function writeWords(text: string, { properties, style, body, lines }: Words): void {
  const own = numberingOf(properties);
  // A paragraph may name the level alone, and its style the list.
  const list = own ?? style.numbering;
  const mark = list && list.list !== '0' ? body.numbering.next(list.list, list.level) : '';
  const words = mark === '' ? text : `${mark} ${text}`;
  const outline = Number(childValue(properties, 'outlineLvl') ?? '9');
  const heading = outline < 9 ? outline + 1 : style.heading;
  if (heading !== undefined) {
    write(lines, `\n${'#'.repeat(Math.min(6, heading))} ${oneLine(words)}\n`);
    return;
  }
  const indent = mark === '-' ? '  '.repeat(Math.min(deepestIndent, list!.level)) : '';
  write(lines, `${indent}${words}`);
}

function writeTable(table: XmlElement, body: Body, lines: BodyLines): void {
  const open: { rows: TableCell[][] } = { rows: [] };
  const flush = () => {
    write(lines, tableText(open.rows));
    open.rows = [];
  };
  for (const row of rowsOf(table)) {
    const cells = cellsOf(row);
    const isBlocks =
      cells.some(isPage) ||
      (cells.length === 1 && (elementsOf(cells[0]!, 'p').length > 1 || childOf(cells[0], 'tbl')));
    if (!isBlocks) {
      open.rows.push([...before(row), ...cells.map(cell => cellOf(cell, body))]);
      continue;
    }
    flush();
    for (const cell of cells) write(lines, bodyText(cell, body));
  }
  flush();
}

// Rows and cells may stand within what binds or tracks them.
function rowsOf(table: XmlElement): XmlElement[] {
  return elementsOf(table).flatMap(child => {
    if (child.name === 'tr') return isDeletedRow(child) ? [] : [child];
    return child.name === 'tblPr' || child.name === 'tblGrid' ? [] : rowsOf(child);
  });
}

function isDeletedRow(row: XmlElement): boolean {
  const properties = childOf(row, 'trPr');
  return childOf(properties, 'del') !== undefined || isOn(childOf(properties, 'hidden')) === true;
}

// A row may begin some columns to the right.
function before(row: XmlElement): TableCell[] {
  const columns = Number(childValue(childOf(row, 'trPr'), 'gridBefore') ?? '0');
  return columns > 0 ? [{ text: '', columns }] : [];
}

function cellsOf(row: XmlElement): XmlElement[] {
  return elementsOf(row).flatMap(child => {
    if (child.name === 'tc') return [child];
    return child.name === 'trPr' || child.name === 'tblPrEx' ? [] : cellsOf(child);
  });
}

// A cell that holds a table lays out the page; one row is part of the row that it stands in.
function isPage(cell: XmlElement): boolean {
  return elementsOf(cell, 'tbl').some(table => rowsOf(table).length > 1);
}

function cellOf(cell: XmlElement, body: Body): TableCell {
  const properties = childOf(cell, 'tcPr');
  const merge = childOf(properties, 'vMerge');
  const isContinued = merge !== undefined && attributeOf(merge, 'val') !== 'restart';
  const text = isContinued ? '' : bodyText(cell, body).replace(/^#+ /gm, '');
  return {
    text,
    columns: Number(childValue(properties, 'gridSpan') ?? '1'),
    isCovered: isContinued,
  };
}
