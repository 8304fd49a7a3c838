import { mathText } from '../markup/formula.ts';
import { type LineOffset, offLine } from '../markup/raised.ts';
import { oneLine, type TableCell, tableText } from '../markup/table-text.ts';
import {
  attributeOf,
  childOf,
  elementsBelow,
  elementsOf,
  wordsOf,
  type XmlElement,
  xmlTree,
} from '../markup/xml-tree.ts';
import type { ParsedFile } from '../parsed-file.ts';
import { unreadable } from '../unreadable.ts';
import type { PackedParts } from '../zipped/unpack.ts';
import { hiddenSheetNote, pictureText } from './held.ts';
import { itemMark, none } from './odf-lists.ts';

interface OpenText {
  readonly parts: PackedParts;
  readonly offsets: Map<string, LineOffset>;
  readonly hidden: Set<string>;
  /** The levels of lists by the names of their styles, and those of headings. */
  readonly numbered: Map<string, XmlElement[]>;
  /** The last number of the lists of a style, which another may continue. */
  readonly ended: Map<XmlElement[], number>;
  /** Styles of sheets that do not show, with the names of those that were read. */
  readonly hiddenSheets: Map<string, string[]>;
  readonly outline: { readonly levels: XmlElement[]; readonly counts: number[] };
  readonly notes: string[];
  readonly comments: string[];
}

/**
 * Reads the text of an OpenDocument file: a text, a spreadsheet or a presentation, whose slides are
 * pages. @throws TandemError `unreadable_document`
 */
export function readOdf(parts: PackedParts, mediaType: string): ParsedFile {
  const manifest = parts.text('META-INF/manifest.xml') ?? '';
  if (manifest.includes('encryption-data'))
    throw unreadable(parts.title, 'It is encrypted.', 'Open it, and save it without a password.');
  const content = childOf(parts.xml('content.xml'), 'document-content');
  const body = elementsOf(childOf(content, 'body'))[0];
  if (!content || !body)
    throw unreadable(parts.title, 'The document is broken.', 'Open it and save it anew.');
  const open = openText(parts, content);
  const isSlides = body.name === 'presentation';
  const pages = isSlides ? elementsOf(body, 'page') : [body];
  const texts = pages.map(page => {
    const text = isSlides ? slideText(page, open) : blocksText(page, open);
    return [text, ...chartsText(page, { parts, open })].filter(Boolean).join('\n\n');
  });
  const running = isSlides ? [] : runningIn(parts, open);
  const after = [...open.notes, ...open.comments, ...running].join('\n');
  const whole = isSlides ? texts.map(text => `${text}\n`).join('\f') : texts.join('\n');
  const text = after === '' ? whole : `${whole}\n\n${after}`;
  const notes = [...open.hiddenSheets.values()].flat().map(hiddenSheetNote);
  return {
    ...{ text: text.trim() === '' ? '' : text, title: parts.title, mediaType },
    ...(notes.length > 0 && { notes }),
  };
}

// What stands above and below each page, once.
function runningIn(parts: PackedParts, open: OpenText): string[] {
  const styles = childOf(parts.xml('styles.xml'), 'document-styles');
  const lines = elementsBelow(styles ?? none, 'master-page').flatMap(page =>
    elementsOf(page)
      .filter(({ name }) => /^(?:header|footer)(?:-left|-first)?$/.test(name))
      .map(each => {
        const text = oneLine(blocksText(each, open));
        const kind = each.name.startsWith('header') ? 'Header' : 'Footer';
        return /\p{L}{3}/u.test(text) ? `${kind}: ${text}` : '';
      }),
  );
  return [...new Set(lines)].filter(line => line !== '');
}

// A chart is a document of its own within, with the table that it draws.
function chartsText(
  page: XmlElement,
  { parts, open }: { readonly parts: PackedParts; readonly open: OpenText },
): string[] {
  const objects = elementsBelow(page, 'object').flatMap(object => {
    const folder = attributeOf(object, 'xlink:href')?.replace(/^\.\/|\/$/g, '');
    const xml = folder ? parts.xml(`${folder}/content.xml`) : undefined;
    const body = childOf(childOf(xml, 'document-content'), 'body');
    return childOf(body, 'chart') ?? [];
  });
  return objects.map(chart => {
    const title = elementsBelow(chart, 'title').map(each => oneLine(blocksText(each, open)))[0];
    const tables = elementsBelow(chart, 'table').map(each =>
      blocksText({ ...chart, children: [each] }, open).replace(/^# .*\n+/, ''),
    );
    return [title ? `Chart: ${title}` : 'Chart', ...tables].join('\n');
  });
}

function openText(parts: PackedParts, content: XmlElement): OpenText {
  const styles = childOf(parts.xml('styles.xml'), 'document-styles');
  const sources = [content, ...(styles ? [styles] : [])];
  const open: OpenText = {
    ...{ parts, offsets: new Map(), hidden: new Set(), numbered: new Map() },
    ...{ notes: [], comments: [], outline: { levels: [], counts: [] } },
    ...{ ended: new Map(), hiddenSheets: new Map() },
  };
  for (const outline of sources.flatMap(source => elementsBelow(source, 'outline-style')))
    open.outline.levels.push(...elementsOf(outline));
  for (const style of sources.flatMap(source => elementsBelow(source, 'style')))
    noteStyle(style, open);
  for (const list of sources.flatMap(source => elementsBelow(source, 'list-style')))
    open.numbered.set(attributeOf(list, 'style:name') ?? '', elementsOf(list));
  return open;
}

function noteStyle(style: XmlElement, { offsets, hidden, hiddenSheets }: OpenText): void {
  const sheet = childOf(style, 'table-properties');
  if (sheet && attributeOf(sheet, 'display') === 'false')
    hiddenSheets.set(attributeOf(style, 'style:name') ?? '', []);
  const text = childOf(style, 'text-properties');
  if (!text) return;
  const name = attributeOf(style, 'style:name') ?? '';
  const position = attributeOf(text, 'text-position') ?? '';
  if (/^(?:super|[1-9]\d*%)/.test(position)) offsets.set(name, 'raised');
  else if (/^(?:sub|-)/.test(position)) offsets.set(name, 'lowered');
  if (/^(?!none)./.test(attributeOf(text, 'text-line-through-style') ?? ''))
    offsets.set(name, 'struck');
  if (attributeOf(text, 'display') === 'none') hidden.add(name);
}

function slideText(page: XmlElement, open: OpenText): string {
  const notes = childOf(page, 'notes');
  const frames = elementsOf(page).filter(({ name }) => name !== 'notes');
  const isTitle = (frame: XmlElement) => attributeOf(frame, 'presentation:class') === 'title';
  const blocks = [
    ...frames.filter(isTitle).map(frame => `# ${oneLine(blocksText(frame, open))}`),
    ...frames.filter(frame => !isTitle(frame)).map(frame => blocksText(frame, open)),
  ];
  const said = notes ? blocksText(notes, open) : '';
  if (said !== '') blocks.push(`Notes: ${said}`);
  return blocks.filter(block => block !== '' && block !== '# ').join('\n\n');
}

interface OdfList {
  readonly levels: XmlElement[];
  /** Of the levels down to this one. */
  readonly counts: number[];
}

interface OdfPlace {
  readonly open: OpenText;
  readonly lines: string[];
  readonly depth: number;
  readonly list?: OdfList;
}

function blocksText(element: XmlElement, open: OpenText): string {
  const lines: string[] = [];
  writeBlocks(element, { open, lines, depth: 0 });
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const passed = new Set([
  'tracked-changes',
  'forms',
  'sequence-decls',
  'annotation',
  'soft-page-break',
]);

const writers: Readonly<Record<string, (element: XmlElement, place: OdfPlace) => void>> = {
  object: (element, place) => {
    for (const text of formulasIn(element, place.open)) writeLine(text, place);
  },
  p: (element, place) => writeLine(inline(element, place), place),
  desc: (element, place) => writeLine(pictureText(wordsOf(element)), place),
  h: writeHeading,
  list: writeList,
  table: writeTable,
};

function writeBlocks(element: XmlElement, place: OdfPlace): void {
  for (const child of elementsOf(element)) {
    if (isUnseen(child, place)) continue;
    const write = Object.hasOwn(writers, child.name) ? writers[child.name]! : writeBlocks;
    write(child, place);
  }
}

function isUnseen(element: XmlElement, { open }: OdfPlace): boolean {
  if (passed.has(element.name)) return true;
  if (element.name === 'section' && attributeOf(element, 'display') === 'none') return true;
  return open.hidden.has(attributeOf(element, 'style-name') ?? '');
}

function writeLine(text: string, { lines }: OdfPlace): void {
  if (text.trim() !== '') lines.push(text.trim());
}

function writeHeading(heading: XmlElement, place: OdfPlace): void {
  const level = Math.min(6, Number(attributeOf(heading, 'outline-level') ?? '1') || 1);
  const text = oneLine(inline(heading, place));
  if (text === '') return;
  const { levels, counts } = place.open.outline;
  counts.length = Math.min(counts.length, level);
  counts[level - 1] = (counts[level - 1] ?? 0) + 1;
  const isPlain = attributeOf(heading, 'is-list-header') === 'true';
  const mark = isPlain ? '' : itemMark(levels, counts);
  place.lines.push(`\n${'#'.repeat(level)} ${mark}${text}\n`);
}

function writeList(list: XmlElement, place: OdfPlace): void {
  const style = attributeOf(list, 'style-name');
  const levels = (style ? place.open.numbered.get(style) : place.list?.levels) ?? [];
  const above = place.list?.counts ?? [];
  const { ended } = place.open;
  const first = Number(attributeOf(levels[above.length] ?? none, 'start-value') ?? '1') || 1;
  const goesOn =
    attributeOf(list, 'continue-numbering') === 'true' ||
    attributeOf(list, 'continue-list') !== undefined;
  const open: OdfList = {
    ...{ levels, counts: [...above, (goesOn ? ended.get(levels) : undefined) ?? first - 1] },
  };
  for (const item of elementsOf(list)) {
    if (item.name === 'list-item') writeItem(item, open, place);
    else if (item.name === 'list-header') writeBlocks(item, place);
  }
  ended.set(levels, open.counts.at(-1)!);
}

function writeItem(item: XmlElement, list: OdfList, place: OdfPlace): void {
  const start = Number(attributeOf(item, 'start-value'));
  const at = list.counts.length - 1;
  list.counts[at] = Number.isSafeInteger(start) && start > 0 ? start : list.counts[at]! + 1;
  const lines: string[] = [];
  writeBlocks(item, { ...place, lines, depth: place.depth + 1, list });
  if (lines.length === 0) {
    list.counts[at]!--;
    return;
  }
  const number = itemMark(list.levels, list.counts);
  const [first = '', ...rest] = lines;
  const heading = /^\n#+ /.exec(first)?.[0];
  const written = heading
    ? `${heading}${number}${first.slice(heading.length)}`
    : `${number || '- '}${first}`;
  place.lines.push(heading ? written : `${'  '.repeat(place.depth)}${written}`, ...rest);
}

const mostRepeats = 100;

function writeTable(table: XmlElement, place: OdfPlace): void {
  const isSheet = place.depth === 0 && elementsBelow(table, 'table').length === 0;
  const rows: TableCell[][] = [];
  for (const row of elementsBelow(table, 'table-row')) {
    const cells = elementsOf(row).filter(({ name: kind }) =>
      /^(?:covered-)?table-cell$/.test(kind),
    );
    let beside = 0;
    const written = cells.flatMap(cell => {
      const isBeside = cell.name.startsWith('covered') && beside-- > 0;
      if (!cell.name.startsWith('covered'))
        beside = Number(attributeOf(cell, 'number-columns-spanned') ?? '1') - 1;
      return repeated(cell, isBeside ? { text: '' } : cellOf(cell, place));
    });
    const times = Number(attributeOf(row, 'number-rows-repeated') ?? '1');
    const isEmpty = written.every(({ text }) => text === '');
    for (let time = 0; time < (isEmpty ? 1 : Math.min(times, mostRepeats)); time++)
      rows.push(written);
  }
  const text = tableText(rows);
  if (text === '') return;
  if (isSheet) nameSheet(table, place);
  place.lines.push(text);
  for (const shapes of elementsOf(table, 'shapes')) writeBlocks(shapes, place);
}

function nameSheet(table: XmlElement, { lines, open }: OdfPlace): void {
  const name = attributeOf(table, 'table:name') ?? '';
  const hidden = open.hiddenSheets.get(attributeOf(table, 'style-name') ?? '');
  hidden?.push(name);
  const isNamed = name !== '' && !/^Table\d+$/.test(name);
  if (isNamed) lines.push(`\n# ${name}${hidden ? ' (hidden)' : ''}\n`);
}

function repeated(cell: XmlElement, written: TableCell): TableCell[] {
  const times = Number(attributeOf(cell, 'number-columns-repeated') ?? '1');
  if (written.text === '') return [{ ...written, columns: Math.min(times, 1000) }];
  return Array.from({ length: Math.min(times, mostRepeats) }, () => written);
}

function cellOf(cell: XmlElement, { open }: OdfPlace): TableCell {
  for (const comment of elementsOf(cell, 'annotation')) takeComment(comment, open);
  if (cell.name.startsWith('covered')) return { text: '', isCovered: true };
  return { text: blocksText(cell, open).replace(/^#+ /gm, '') || bareValue(cell) };
}

// What a program wrote that leaves the showing to whoever opens it.
function bareValue(cell: XmlElement): string {
  const value = attributeOf(cell, 'office:value');
  if (value !== undefined) {
    const isShare = attributeOf(cell, 'office:value-type') === 'percentage';
    if (isShare) return `${Number((Number(value) * 100).toPrecision(12))}%`;
    return `${value} ${attributeOf(cell, 'office:currency') ?? ''}`.trim();
  }
  const kinds = ['date', 'time', 'boolean', 'string'];
  const said = kinds.map(kind => attributeOf(cell, `office:${kind}-value`) ?? '').join('');
  const [, hours, minutes, seconds] = /^PT(\d+)H(\d+)M([\d.]+)S$/.exec(said) ?? [];
  return hours === undefined ? said : `${hours}:${minutes}:${seconds}`;
}

function takeComment(comment: XmlElement, open: OpenText): void {
  const author = wordsOf(childOf(comment, 'creator')).trim();
  const text = elementsOf(comment, 'p').map(wordsOf).join(' ').trim();
  if (text !== '') open.comments.push(`Comment${author ? ` by ${author}` : ''}: ${text}`);
}

function inline(element: XmlElement, place: OdfPlace): string {
  return element.children
    .map(child =>
      typeof child === 'string' ? child.replace(/\s+/g, ' ') : inlineElement(child, place),
    )
    .join('')
    .replaceAll('\u00a0', ' ')
    .replaceAll('\u00ad', '');
}

const signs: Readonly<Record<string, string>> = { tab: '\t', 'line-break': '\n' };

function inlineElement(child: XmlElement, place: OdfPlace): string {
  const { open } = place;
  const { name } = child;
  if (name === 's') return ' '.repeat(Math.min(80, Number(attributeOf(child, 'c') ?? '1') || 1));
  if (Object.hasOwn(signs, name)) return signs[name]!;
  if (name === 'note') return noteText(child, place);
  if (name === 'annotation') takeComment(child, open);
  if (/^(?:annotation|hidden-text|soft-page-break)$/.test(name)) return '';
  if (name === 'frame' || name === 'custom-shape') return frameText(child, open);
  const style = attributeOf(child, 'style-name') ?? '';
  if (open.hidden.has(style)) return '';
  const text = inline(child, place);
  if (name === 'ruby-text' && text !== '') return `(${text})`;
  const offset = open.offsets.get(style);
  return offset ? offLine(text, offset) : text;
}

function frameText(frame: XmlElement, open: OpenText): string {
  const formulas = formulasIn(frame, open);
  if (formulas.length > 0) return formulas.join(' ');
  const text = blocksText(frame, open);
  return text === '' ? '' : `\n${text}\n`;
}

// A formula is a document of its own within, or stands in its place.
function formulasIn(element: XmlElement, { parts }: OpenText): string[] {
  const objects = [element, ...elementsBelow(element, 'object')].filter(
    ({ name }) => name === 'object',
  );
  return objects.flatMap(object => {
    const folder = attributeOf(object, 'xlink:href')?.replace(/^\.\/|\/$/g, '');
    const math = childOf(folder ? parts.xml(`${folder}/content.xml`) : object, 'math');
    return math ? [mathText(math)] : [];
  });
}

function noteText(note: XmlElement, { open }: OdfPlace): string {
  const mark = `[${open.notes.length + 1}]`;
  const body = childOf(note, 'note-body');
  open.notes.push('');
  open.notes[Number(mark.slice(1, -1)) - 1] = `${mark} ${body ? blocksText(body, open) : ''}`;
  return mark;
}

/** Reads an OpenDocument file that is one piece of XML. @throws TandemError as `readOdf` */
export function readFlatOdf(xml: string, title: string): ParsedFile {
  const root = childOf(xmlTree(xml), 'document') ?? none;
  const part = { ...none, children: [{ ...root, name: 'document-content' }] };
  const styles = { ...none, children: [{ ...root, name: 'document-styles' }] };
  const parts: PackedParts = {
    ...{ title, names: [], bytes: () => undefined, text: () => undefined },
    xml: path => ({ 'content.xml': part, 'styles.xml': styles })[path],
  };
  return readOdf(parts, attributeOf(root, 'mimetype') ?? '');
}

/** The kind of an OpenDocument file, by the line that it keeps about itself. */
export function odfType(parts: PackedParts): string | undefined {
  const said = parts.text('mimetype')?.trim() ?? '';
  if (said.startsWith('application/vnd.oasis.opendocument.')) return said;
  const isOpen =
    parts.names.includes('content.xml') && parts.names.includes('META-INF/manifest.xml');
  return isOpen ? 'application/vnd.oasis.opendocument.text' : undefined;
}
