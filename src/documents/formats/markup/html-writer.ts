import { pictureText } from '../office/held.ts';
import { numeral } from '../word/docx-numbering.ts';
import names from './element-names.json' with { type: 'json' };
import { formulaText } from './formula.ts';
import { type LineOffset, offLine } from './raised.ts';
import { isUnseen } from './style-sheets.ts';
import { offsetIn } from './styled-offset.ts';
import { oneLine, type TableCell, tableText } from './table-text.ts';
import { type TextFlow, textFlow } from './text-flow.ts';

/** An element as the writer sees it. */
export interface MarkupElement {
  readonly name: string;
  attribute(name: string): string | undefined;
  /** How the page's style sheets show it; `none` if nobody can see it. */
  readonly display?: string;
  /** The number that a style sheet sets before it. */
  readonly mark?: string;
  /** How many items it has, of a list. */
  items?(): number;
}

/** Writes the elements and words of a page as text, in their order. */
export interface HtmlWriter {
  words(text: string): void;
  /** Enters an element: what is to be done when it is left, or `skip` for one that is not read. */
  enter(element: MarkupElement): (() => void) | undefined | 'skip';
  text(): string;
}

interface OpenList {
  readonly isOrdered: boolean;
  readonly format: string;
  next: number;
  readonly step: 1 | -1;
}

interface OpenTable {
  rows: TableCell[][];
  row: OpenCell[] | undefined;
}

interface OpenCell extends TableCell {
  readonly isBlocks: boolean;
  /** It holds a table of one row, which is part of the row where that says more. */
  readonly isSlight: boolean;
}

interface WriterState {
  readonly marksHeadings: boolean;
  /** The innermost is written to. */
  readonly flows: TextFlow[];
  readonly lists: OpenList[];
  readonly tables: OpenTable[];
  /** Whether what stands in each open cell is a page of its own. */
  readonly cells: { isBlocks: boolean; isSlight: boolean; blocks: number }[];
  readonly offsets: ReadonlyMap<string, LineOffset>;
  /** What the parts of each open element of a formula say; one of words holds a page. */
  readonly formulas: { readonly parts: string[]; readonly isWords: boolean }[];
  exact: number;
  /** Drawings that are open. */
  drawings: number;
  title: string;
}

/** How a page is written as text. */
export interface HtmlWriting {
  readonly marksHeadings?: boolean;
  /** Classes that set type off its line. Default: none. */
  readonly offsets?: ReadonlyMap<string, LineOffset>;
}

/** Opens a writer of text. */
export function htmlWriter({ marksHeadings = false, offsets = new Map() }: HtmlWriting) {
  const state: WriterState = {
    ...{ marksHeadings, offsets, flows: [textFlow()], lists: [], tables: [], cells: [] },
    ...{ formulas: [], exact: 0, drawings: 0, title: '' },
  };
  const writer: HtmlWriter = {
    words(text) {
      if (state.exact > 0) top(state).exact(text);
      else top(state).inline(text);
    },
    enter: element => enter(state, element),
    text: () => withTitle(state),
  };
  return writer;
}

function withTitle({ flows, title, marksHeadings }: WriterState): string {
  const text = flows[0]!.text();
  const first = text.slice(0, title.length + 200);
  if (title === '' || !marksHeadings || oneLine(first).includes(title)) return text;
  return text === '' ? '' : `${title}\n\n${text}`;
}

function top({ flows }: WriterState): TextFlow {
  return flows.at(-1)!;
}

const silent = new Set(names.htmlSilent.split(' '));
const blocks = new Set(names.htmlBlocks.split(' '));

type Handler = (state: WriterState, element: MarkupElement) => (() => void) | undefined | 'skip';

const handlers: Readonly<Record<string, Handler>> = {
  title: takeTitle,
  br: state => void (state.exact > 0 ? top(state).exact('\n') : top(state).line()),
  img: (state, element) => sayPicture(state, element.attribute('alt')),
  svg: enterDrawing,
  input: writeInput,
  pre: enterExact,
  listing: enterExact,
  ...{ ul: enterList, ol: enterList, menu: enterList },
  li: enterItem,
  table: enterTable,
  tr: enterRow,
  td: enterCell,
  th: enterCell,
  sup: state => enterOffLine(state, 'raised'),
  sub: state => enterOffLine(state, 'lowered'),
  q: state => around(state, '“', '”'),
  button: state => around(state, ' ', ' '),
  rt: state => around(state, '(', ')'),
  del: state => around(state, '~~', '~~'),
  s: state => around(state, '~~', '~~'),
  strike: state => around(state, '~~', '~~'),
};

function enter(state: WriterState, element: MarkupElement): (() => void) | undefined | 'skip' {
  const name = shownAs(element);
  if (silent.has(name) || isHidden(element)) return 'skip';
  if (state.drawings > 0) return enterDrawn(state, element);
  if (/^h[1-6]$/.test(name)) return enterHeading(state, element);
  const inFormula = name.replace(/^[a-z]+:/, '');
  if (inFormula === 'math' || state.formulas.at(-1)?.isWords === false)
    return enterFormula(state, inFormula);
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  if (handler) return handler(state, element);
  if (blocks.has(name) || element.display === 'block') return enterBlock(state);
  const offset = offsetOf(state, element);
  if (offset === 'struck') return around(state, '~~', '~~');
  return offset && enterOffLine(state, offset);
}

const roles: Readonly<Record<string, string>> = names.roles;

// Tables may be made of anything that says it is a row or a cell.
function shownAs(element: MarkupElement): string {
  const role =
    element.attribute('role') ??
    element.attribute('epub:type') ??
    element.display ??
    /display\s*:\s*(table(?:-row|-cell)?)\b/i.exec(element.attribute('style') ?? '')?.[1] ??
    '';
  const isPlain = !/^(?:t[dhr]|table|h[1-6])$/.test(element.name);
  return isPlain && Object.hasOwn(roles, role) ? roles[role]! : element.name;
}

function offsetOf({ offsets }: WriterState, element: MarkupElement): LineOffset | undefined {
  const own = offsetIn(element.attribute('style') ?? '');
  if (own || offsets.size === 0) return own;
  const names = element.attribute('class')?.split(/\s+/) ?? [];
  return names.map(name => offsets.get(name)).find(Boolean);
}

function isHidden(element: MarkupElement): boolean {
  if (element.display === 'none') return true;
  if (/^(?!until-found$)/.test(element.attribute('hidden') ?? 'until-found')) return true;
  const style = element.attribute('style') ?? '';
  return hiding.test(style) || isUnseen(style);
}

const hiding = new RegExp(
  String.raw`(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)` +
    String.raw`|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|$|!)|mso-hide\s*:\s*all)`,
  'i',
);

function enterBlock(state: WriterState): () => void {
  top(state).line();
  const cell = state.cells.at(-1);
  if (cell) cell.blocks++;
  return () => top(state).line();
}

function enterExact(state: WriterState): () => void {
  top(state).line();
  state.exact++;
  return () => {
    state.exact--;
    top(state).line();
  };
}

function enterHeading(state: WriterState, { name }: MarkupElement): () => void {
  const cell = state.cells.at(-1);
  if (cell) cell.isBlocks = true;
  if (state.marksHeadings) {
    top(state).blank();
    top(state).mark(`${'#'.repeat(Number(name[1]))} `);
    return () => top(state).blank();
  }
  top(state).line();
  return () => top(state).line();
}

function takeTitle(state: WriterState): () => void {
  state.flows.push(textFlow());
  return () => {
    const title = oneLine(state.flows.pop()!.text());
    state.title ||= title;
  };
}

function sayPicture(state: WriterState, said: string | undefined): undefined {
  const text = pictureText(said);
  if (text !== '') top(state).inline(` ${text} `);
}

function enterDrawing(state: WriterState): () => void {
  state.drawings++;
  return () => void state.drawings--;
}

// A drawing may hold a piece of a page.
function enterPage(state: WriterState): () => void {
  const { drawings } = state;
  state.drawings = 0;
  return () => {
    state.drawings = drawings;
  };
}

// Of a drawing, the words that stand in it, and what is said of it.
function enterDrawn(state: WriterState, element: MarkupElement): (() => void) | undefined | 'skip' {
  const { name } = element;
  if (name === 'text') return enterBlock(state);
  if (name === 'foreignObject') return enterPage(state);
  if (name === 'tspan' && element.attribute('x') !== undefined) top(state).inline(' ');
  if (name === 'image') return sayPicture(state, element.attribute('alt'));
  if (name !== 'title' && name !== 'desc') return undefined;
  state.flows.push(textFlow());
  return () => sayPicture(state, state.flows.pop()!.text());
}

function writeInput(state: WriterState, element: MarkupElement): undefined {
  const type = element.attribute('type') ?? 'text';
  if (/^(?:hidden|submit|button|image|reset|file|password)$/i.test(type)) return;
  const isTicked = element.attribute('checked') !== undefined;
  if (/^(?:checkbox|radio)$/i.test(type)) top(state).inline(isTicked ? '[x] ' : '[ ] ');
  else top(state).inline(` ${element.attribute('value') ?? ''} `);
}

function enterList(state: WriterState, element: MarkupElement): () => void {
  const start = Number.parseInt(element.attribute('start') ?? '1', 10);
  const next = Number.isSafeInteger(start) ? start : 1;
  const kind =
    /list-style(?:-type)?\s*:\s*([a-z-]+)/i.exec(element.attribute('style') ?? '')?.[1] ??
    element.attribute('type') ??
    '';
  const format = numberings[kind] ?? 'decimal';
  const isReversed = element.attribute('reversed') !== undefined;
  const first = element.attribute('start') === undefined ? element.items?.() : undefined;
  state.lists.push({
    ...{ isOrdered: element.name === 'ol', format, step: isReversed ? -1 : 1 },
    next: (isReversed ? first : undefined) ?? next,
  });
  const leave = enterBlock(state);
  return () => {
    state.lists.pop();
    leave();
  };
}

const numberings: Readonly<Record<string, string>> = names.numberings;
const deepestIndent = 8;

function enterItem(state: WriterState, element: MarkupElement): () => void {
  const list = state.lists.at(-1);
  const value = Number.parseInt(element.attribute('value') ?? '', 10);
  if (list && Number.isSafeInteger(value)) list.next = value;
  const counted = list?.isOrdered ? `${numeral(list.next, list.format)}. ` : '- ';
  if (list) list.next += list.step;
  const indent = '  '.repeat(Math.min(deepestIndent, Math.max(0, state.lists.length - 1)));
  top(state).mark(`${indent}${element.mark ?? counted}`);
  return () => top(state).line();
}

function enterTable(state: WriterState): () => void {
  top(state).line();
  const cell = state.cells.at(-1);
  const table: OpenTable = { rows: [], row: undefined };
  state.tables.push(table);
  return () => {
    state.tables.pop();
    if (cell && table.rows.length === 1) cell.isSlight = true;
    else if (cell) cell.isBlocks = true;
    writeRows(state, table);
  };
}

function writeRows(state: WriterState, table: OpenTable): void {
  if (table.rows.length === 0) return;
  top(state).line();
  top(state).exact(`${tableText(table.rows)}\n`);
  table.rows = [];
}

function enterRow(state: WriterState): (() => void) | undefined {
  const open = state.tables.at(-1);
  if (open?.row) return undefined;
  const table: OpenTable = open ?? { rows: [], row: undefined };
  // Rows without a table, such as those of a piece of a page, are a table each.
  if (!open) {
    top(state).line();
    state.tables.push(table);
  }
  table.row = [];
  return () => {
    const row = table.row ?? [];
    table.row = undefined;
    const isPlain = row.some(each => !each.isSlight && each.text.trim() !== '');
    if (row.some(each => each.isBlocks || (each.isSlight && !isPlain)))
      writeBlocks(state, table, row);
    else table.rows.push(row);
    if (open) return;
    state.tables.pop();
    writeRows(state, table);
  };
}

// A table that only lays out a page holds tables and headings in its cells.
function writeBlocks(state: WriterState, table: OpenTable, row: readonly OpenCell[]): void {
  writeRows(state, table);
  for (const { text } of row) {
    if (text.trim() === '') continue;
    top(state).line();
    top(state).exact(`${text}\n`);
  }
}

const longestCell = 1500;

// None is all that follow.
function rowsUnder(said = '1'): number {
  return /^\s*0+\s*$/.test(said) ? 1000 : Number.parseInt(said, 10) || 1;
}

function enterCell(state: WriterState, element: MarkupElement): (() => void) | undefined {
  const row = state.tables.at(-1)?.row;
  if (!row) {
    top(state).inline(' ');
    return () => top(state).exact('\t');
  }
  const flow = textFlow();
  const cell = { isBlocks: false, isSlight: false, blocks: 0 };
  state.flows.push(flow);
  state.cells.push(cell);
  return () => {
    state.flows.pop();
    state.cells.pop();
    const text = flow.text();
    const isPage = cell.blocks > 2 && text.length > longestCell;
    const columns = Number.parseInt(element.attribute('colspan') ?? '1', 10);
    const rows = rowsUnder(element.attribute('rowspan'));
    row.push({ text, columns, rows, isBlocks: cell.isBlocks || isPage, isSlight: cell.isSlight });
  };
}

function enterOffLine(state: WriterState, offset: LineOffset): () => void {
  const flow = textFlow();
  state.flows.push(flow);
  return () => {
    state.flows.pop();
    const text = flow.text();
    if (text !== '') top(state).inline(offLine(text, offset));
  };
}

function enterFormula(state: WriterState, name: string): () => void {
  const flow = textFlow();
  const parts: string[] = [];
  const above = state.formulas.at(-1);
  state.flows.push(flow);
  state.formulas.push({ parts, isWords: /^(?:m[inos]|mtext)$/.test(name) });
  return () => {
    state.flows.pop();
    state.formulas.pop();
    const text = formulaText(name, parts, flow.text());
    if (above && !above.isWords) above.parts.push(text);
    else top(state).inline(text);
  };
}

function around(state: WriterState, before: string, after: string): () => void {
  top(state).inline(before);
  return () => top(state).inline(after);
}
