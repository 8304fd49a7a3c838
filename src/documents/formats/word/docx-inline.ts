import { officeFormula } from '../markup/formula.ts';
import { type LineOffset, offLine } from '../markup/raised.ts';
import {
  attributeOf,
  childOf,
  elementsBelow,
  elementsOf,
  wordsOf,
  type XmlElement,
} from '../markup/xml-tree.ts';
import { picturesIn } from '../office/held.ts';
import { childValue, isOn, offsetOf, type WordStyles } from './docx-styles.ts';
import drawn from './drawn-signs.json' with { type: 'json' };

/** What the words of a paragraph are read with. */
export interface Inline {
  readonly styles: WordStyles;
  /** Notes in the order in which they are referred to. */
  readonly notes: { readonly kind: 'foot' | 'end'; readonly id: string; readonly mark: string }[];
  /** Boxes of text that are anchored in what was read. */
  readonly boxes: XmlElement[];
  /** Of each open field, whether its code is being written: what is within is not seen. */
  readonly fields?: boolean[];
}

interface Piece {
  readonly text: string;
  readonly offset?: LineOffset | undefined;
}

/** The words of a paragraph of Word, as it shows when its tracked changes are accepted. */
export function inlineText(paragraph: XmlElement, inline: Inline): string {
  const pieces: Piece[] = [];
  collect(paragraph, { ...inline, fields: [] }, pieces);
  let text = '';
  for (let at = 0; at < pieces.length; at++) {
    const { offset } = pieces[at]!;
    let words = pieces[at]!.text;
    while (offset && pieces[at + 1]?.offset === offset) words += pieces[++at]!.text;
    text += offset ? offLine(words, offset) : words;
  }
  return text.replaceAll('\u00ad', '').replaceAll('\u00a0', ' ').trim();
}

const passed = new Set([
  'del',
  'moveFrom',
  'pPr',
  'rPr',
  'instrText',
  'delText',
  'fldData',
  'sdtPr',
]);

function collect(element: XmlElement, inline: Inline, pieces: Piece[]): void {
  for (const child of elementsOf(element)) {
    if (passed.has(child.name)) continue;
    if (child.name === 'r') collectRun(child, inline, pieces);
    else if (child.name === 'AlternateContent') collectChoice(child, inline, pieces);
    else if (child.name === 'oMath') pieces.push({ text: officeFormula(child) });
    else collect(child, inline, pieces);
  }
}

function collectChoice(element: XmlElement, inline: Inline, pieces: Piece[]): void {
  const before = pieces.length;
  for (const choice of elementsOf(element)) {
    collect(choice, inline, pieces);
    if (pieces.length > before) return;
  }
}

function collectRun(run: XmlElement, inline: Inline, pieces: Piece[]): void {
  const properties = childOf(run, 'rPr');
  const style = inline.styles(childValue(properties, 'rStyle'));
  if (isOn(childOf(properties, 'vanish')) ?? style.isHidden) return;
  const offset = offsetOf(properties) ?? style.offset;
  for (const child of elementsOf(run)) {
    const isCode = inline.fields?.slice(0, -1).includes(true) === true;
    if (child.name === 'fldChar') takeField(attributeOf(child, 'fldCharType'), inline);
    const text = isCode ? '' : runText(child, inline);
    if (text !== '') pieces.push({ text, offset: isReference(child) ? undefined : offset });
  }
}

function takeField(kind: string | undefined, { fields = [] }: Inline): void {
  if (kind === 'begin') fields.push(true);
  else if (fields.pop() !== undefined && kind === 'separate') fields.push(false);
}

function isReference({ name }: XmlElement): boolean {
  return name === 'footnoteReference' || name === 'endnoteReference';
}

const signs: Readonly<Record<string, string>> = {
  tab: '\t',
  ptab: '\t',
  br: '\n',
  cr: '\n',
  noBreakHyphen: '-',
};

function runText(child: XmlElement, inline: Inline): string {
  const { name } = child;
  if (name === 't') return wordsOf(child);
  if (Object.hasOwn(signs, name)) return signs[name]!;
  if (name === 'sym')
    return symbol(attributeOf(child, 'char') ?? '', attributeOf(child, 'font') ?? '');
  if (isReference(child)) return noteMark(child, inline);
  if (name === 'fldChar') return fieldText(childOf(child, 'ffData'));
  if (name === 'ruby') return rubyText(child, inline);
  if (name === 'AlternateContent') takeAlternative(child, inline);
  if (name !== 'drawing' && name !== 'pict' && name !== 'object') return '';
  takeBoxes(child, inline);
  // Letters that are drawn, such as those of a watermark.
  const drawn = elementsBelow(child, 'textpath').map(each => attributeOf(each, 'string') ?? '');
  return [...drawn, ...picturesIn(child, 'docPr')].map(said => ` ${said} `).join('');
}

function noteMark(reference: XmlElement, { notes }: Inline): string {
  const kind = reference.name === 'footnoteReference' ? 'foot' : 'end';
  const mark = `[${notes.length + 1}]`;
  notes.push({ kind, id: attributeOf(reference, 'id') ?? '', mark });
  return mark;
}

function rubyText(ruby: XmlElement, inline: Inline): string {
  const [base, above] = ['rubyBase', 'rt'].map(name => {
    const part = childOf(ruby, name);
    return part ? inlineText(part, inline) : '';
  });
  return above ? `${base}(${above})` : (base ?? '');
}

// What Word draws by a font of signs.
const symbols: Readonly<Record<string, string>> = drawn.symbols;

const mathematical: Readonly<Record<string, string>> = drawn.mathematical;

function symbol(code: string, font: string): string {
  const upper = code.toUpperCase();
  const own = (/symbol/i.test(font) ? mathematical[upper] : undefined) ?? symbols[upper];
  if (own !== undefined) return own;
  const value = Number.parseInt(upper, 16);
  return Number.isNaN(value) || (value >= 0xe000 && value < 0xf900)
    ? ''
    : String.fromCodePoint(value);
}

// The old fields of forms keep what was chosen beside their text.
function fieldText(data: XmlElement | undefined): string {
  const box = childOf(data, 'checkBox');
  if (box) {
    const isTicked = isOn(childOf(box, 'checked')) ?? isOn(childOf(box, 'default')) ?? false;
    return isTicked ? '[x]' : '[ ]';
  }
  const list = childOf(data, 'ddList');
  if (!list) return '';
  const chosen = Number(childValue(list, 'result') ?? '0');
  const entry = elementsOf(list, 'listEntry')[chosen];
  return entry ? (attributeOf(entry, 'val') ?? '') : '';
}

// A drawing is kept twice, for newer and for older readers: the first form that has text is taken.
function takeBoxes(element: XmlElement, inline: Inline): void {
  for (const child of elementsOf(element)) {
    if (child.name === 'txbxContent') inline.boxes.push(child);
    else if (child.name === 'AlternateContent') takeAlternative(child, inline);
    else takeBoxes(child, inline);
  }
}

function takeAlternative(element: XmlElement, inline: Inline): void {
  const before = inline.boxes.length;
  for (const choice of elementsOf(element)) {
    takeBoxes(choice, inline);
    if (inline.boxes.length > before) return;
  }
}
