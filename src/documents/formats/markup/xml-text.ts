import names from './element-names.json' with { type: 'json' };
import { mathText } from './formula.ts';
import { plainTextOf } from './html-text.ts';
import { offLine } from './raised.ts';
import { oneLine, type TableCell, tableText } from './table-text.ts';
import {
  attributeOf,
  childOf,
  elementsBelow,
  elementsOf,
  wordsOf,
  type XmlElement,
  xmlTree,
} from './xml-tree.ts';

// Vocabularies of prose, whose elements are called by what they are and not by what they hold.
const proseRoots = new Set(names.proseRoots.split(' '));
const titles = new Set(names.titles.split(' '));
const paragraphs = new Set(names.paragraphs.split(' '));
const silent = new Set(names.silent.split(' '));
const tables = new Set(names.tables.split(' '));

/**
 * Writes XML as text. Prose (JATS, DocBook, TEI and their like) comes with its headings,
 * paragraphs, tables, raised and lowered type; of data, each value stands behind the name of its
 * element.
 */
export function xmlText(xml: string): string {
  const whole = elementsOf(xmlTree(xml))[0];
  if (!whole) return '';
  // Word of 2003 keeps styles and fonts beside the text.
  const root = (whole.name === 'wordDocument' && childOf(whole, 'body')) || whole;
  const lines: string[] = [];
  write(root, { lines, isProse: isProse(whole), depth: 0 });
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

// Prose mixes words and elements.
function isProse(root: XmlElement): boolean {
  if (proseRoots.has(root.name)) return true;
  return elementsBelow(root, 'p').length > 2;
}

interface XmlPlace {
  readonly lines: string[];
  readonly isProse: boolean;
  /** Of sections. */
  readonly depth: number;
}

function write(element: XmlElement, place: XmlPlace): void {
  const { lines, isProse: prose } = place;
  const { name } = element;
  if (isSilent(element)) return;
  if (tables.has(name)) {
    const rows = rowsOf(element);
    if (rows.length > 0) return void lines.push(tableText(rows));
  }
  if (titles.has(name) && prose) {
    const text = oneLine(inline(element));
    if (text !== '') lines.push(`\n${'#'.repeat(Math.min(6, place.depth + 1))} ${text}\n`);
    return;
  }
  if (isRun(element)) {
    writeRun(element, place);
    return;
  }
  const depth = /^(?:sec|section|chapter|div\d?|book-part)$/.test(name)
    ? place.depth + 1
    : place.depth;
  if (!prose) writeAttributes(element, place);
  writeParts(element, { ...place, depth });
  if (!prose && elementsOf(element).length > 1 && lines.at(-1) !== '') lines.push('');
}

function writeParts(element: XmlElement, place: XmlPlace): void {
  for (const part of partsOf(element))
    if ('name' in part) write(part, place);
    else writeRun({ ...element, attributes: {}, children: part }, place);
}

function writeRun(element: XmlElement, { lines, isProse: prose }: XmlPlace): void {
  const words = inline(element);
  // Feeds and exports keep pages of HTML as the words of an element.
  const isPage = /<(?:p|br|div|a|b|i|ul|li|span|strong|em|table|img|h[1-6])\b[^<>]*>/i.test(words);
  const shown = isPage ? plainTextOf(words).trim() : oneLine(words);
  const text = shown.includes('\n') ? `\n${shown}` : shown;
  const attributes = prose ? '' : attributesText(element);
  if (text === '' && attributes === '') {
    if (/^(?:true|false)$/.test(element.name)) lines.push(element.name);
    return;
  }
  if (prose) lines.push(text);
  else
    lines.push(
      `${element.name}${attributes === '' ? '' : ` (${attributes})`}: ${text}`.replace(
        / (?=\n|$)/,
        '',
      ),
    );
}

function writeAttributes(element: XmlElement, { lines }: XmlPlace): void {
  const text = attributesText(element);
  if (text !== '') lines.push(`${element.name}: ${text}`);
}

function attributesText({ attributes }: XmlElement): string {
  return Object.entries(attributes)
    .filter(([name, value]) => value !== '' && !/^xmlns|^xsi:|^xml:/.test(name))
    .map(([name, value]) => `${name} ${oneLine(value)}`)
    .join(', ');
}

// Pictures are not read; of what is called style, sheets are not, but words of a style are.
function isSilent(element: XmlElement): boolean {
  const { name, attributes } = element;
  if (attributes['encoding'] === 'base64') return true;
  if (name !== 'style') return silent.has(name);
  const words = wordsOf(element);
  return words.includes('{') || words.trim() === '';
}

// Words between blocks are lines of their own.
function partsOf(element: XmlElement): (XmlElement | XmlElement['children'])[] {
  if (!hasWords(element)) return elementsOf(element);
  const parts: (XmlElement | (XmlElement | string)[])[] = [];
  for (const child of element.children) {
    const last = parts.at(-1);
    if (typeof child !== 'string' && isBlock(child)) parts.push(child);
    else if (Array.isArray(last)) last.push(child);
    else parts.push([child]);
  }
  return parts;
}

function hasWords({ children }: XmlElement): boolean {
  return children.some(child => typeof child === 'string' && child.trim() !== '');
}

function isBlock({ name }: XmlElement): boolean {
  return paragraphs.has(name) || titles.has(name) || tables.has(name);
}

// Words, or nothing but words below it: one line. What holds blocks is many.
function isRun(element: XmlElement): boolean {
  const inner = elementsOf(element);
  if (inner.every(({ name }) => name === 'style') || formulas.test(element.name)) return true;
  return (hasWords(element) || element.name === 'p') && !inner.some(isBlock);
}

const formulas = /^(?:math|alternatives|(?:inline|disp)-formula)$/;
const raised = /^(?:sup|superscript|SU)$/;
const lowered = /^(?:sub|subscript|inf)$/;

function inline(element: XmlElement): string {
  if (element.name === 'math') return mathText(element);
  // The same once more, in another form.
  if (/^(?:alternatives|choice)$/.test(element.name) && !hasWords(element)) {
    const one =
      childOf(element, 'math') ?? elementsOf(element).at(element.name === 'choice' ? -1 : 0);
    return one ? inline(one) : '';
  }
  return element.children
    .map((child, at) => {
      if (typeof child === 'string') return child;
      if (isSilent(child)) return '';
      const before = element.children[at - 1];
      const isNote =
        child.name === 'xref' && typeof before === 'string' && /[^\s([–-]$/.test(before);
      if (raised.test(child.name) || (isNote && /^[\d,–-]+$/.test(inline(child))))
        return offLine(oneLine(inline(child)), 'raised');
      if (lowered.test(child.name)) return offLine(oneLine(inline(child)), 'lowered');
      if (/^(?:br|break|lb|linebreak)$/.test(child.name)) return ' ';
      return inline(child);
    })
    .join('')
    .replaceAll('\u00ad', '')
    .replaceAll('\u00a0', ' ');
}

// HTML counts the rows that a cell covers, CALS those beside its own.
function rowsUnder(cell: XmlElement): number {
  const more = Number(attributeOf(cell, 'morerows') ?? '0') || 0;
  return Number(attributeOf(cell, 'rowspan') ?? '1') + more;
}

function rowsOf(table: XmlElement): TableCell[][] {
  const rows = names.rows.split(' ').flatMap(name => elementsBelow(table, name));
  return rows.map(row => {
    const cells: TableCell[] = [];
    for (const cell of elementsOf(row)) {
      if (!/^(?:td|th|tc|(?:st)?entry|[cC]ell|ENT|CHED)$/.test(cell.name)) continue;
      // A sheet passes over cells without words.
      const at = Math.min(1000, Number(attributeOf(cell, 'ss:Index')) || 0);
      while (cells.length < at - 1) cells.push({ text: '' });
      cells.push({
        text: hasWords(cell) ? inline(cell) : elementsOf(cell).map(inline).join(' '),
        columns: Number(attributeOf(cell, 'colspan') ?? '1'),
        rows: rowsUnder(cell),
      });
    }
    return cells;
  });
}
