import type { LineOffset } from '../markup/raised.ts';
import { attributeOf, childOf, elementsOf, type XmlElement } from '../markup/xml-tree.ts';

/** What a style of Word says that readers of text need. */
export interface WordStyle {
  /** From 1; `undefined` if it is no heading. */
  readonly heading: number | undefined;
  readonly numbering: { readonly list: string; readonly level: number } | undefined;
  readonly isHidden: boolean;
  readonly offset: LineOffset | undefined;
}

const plain: WordStyle = {
  heading: undefined,
  numbering: undefined,
  isHidden: false,
  offset: undefined,
};

/** The styles of a Word file by their ids. */
export type WordStyles = (id: string | undefined) => WordStyle;

/** Reads the part of a Word file that holds its styles. */
export function stylesIn(xml: XmlElement | undefined): WordStyles {
  const elements = new Map(
    elementsOf(childOf(xml, 'styles'), 'style').map(each => [attributeOf(each, 'styleId'), each]),
  );
  const known = new Map<string, WordStyle>();
  const find = (id: string | undefined, depth: number): WordStyle => {
    const element = id === undefined ? undefined : elements.get(id);
    if (!element || depth > 20) return plain;
    const ready = known.get(id!);
    if (ready) return ready;
    const base = find(childValue(element, 'basedOn'), depth + 1);
    const style = styleOf(element, base);
    known.set(id!, style);
    return style;
  };
  return id => find(id, 0);
}

function styleOf(element: XmlElement, base: WordStyle): WordStyle {
  const paragraph = childOf(element, 'pPr');
  const run = childOf(element, 'rPr');
  return {
    heading: headingOf(element, paragraph) ?? base.heading,
    numbering: numberingOf(paragraph) ?? base.numbering,
    isHidden: isOn(childOf(run, 'vanish')) ?? base.isHidden,
    offset: offsetOf(run) ?? base.offset,
  };
}

function headingOf(element: XmlElement, paragraph: XmlElement | undefined): number | undefined {
  const name = childValue(element, 'name') ?? '';
  const byName = /^heading (\d)$/i.exec(name)?.[1];
  if (byName) return Number(byName);
  if (/^title$/i.test(name)) return 1;
  const outline = Number(childValue(paragraph, 'outlineLvl') ?? '9');
  return outline < 9 ? outline + 1 : undefined;
}

/** The list and level that a paragraph's properties name. */
export function numberingOf(paragraph: XmlElement | undefined): WordStyle['numbering'] {
  const numbering = childOf(paragraph, 'numPr');
  const list = childValue(numbering, 'numId');
  if (list === undefined) return undefined;
  return { list, level: Number(childValue(numbering, 'ilvl') ?? '0') || 0 };
}

/** Whether type is struck through, raised or lowered by the properties of its run. */
export function offsetOf(run: XmlElement | undefined): WordStyle['offset'] {
  if (isOn(childOf(run, 'strike')) || isOn(childOf(run, 'dstrike'))) return 'struck';
  const value = childValue(run, 'vertAlign');
  if (value === 'superscript') return 'raised';
  if (value === 'subscript') return 'lowered';
  // In half points; less than two points is an adjustment of lines.
  const position = Number(childValue(run, 'position') ?? '0');
  if (Math.abs(position) < 4) return undefined;
  return position > 0 ? 'raised' : 'lowered';
}

/** A switch of Word: on by being there, off by its value, `undefined` if it is not there. */
export function isOn(element: XmlElement | undefined): boolean | undefined {
  if (!element) return undefined;
  return !/^(?:0|false|off)$/.test(attributeOf(element, 'val') ?? '');
}

/** The value of a child. */
export function childValue(element: XmlElement | undefined, child: string): string | undefined {
  const found = childOf(element, child);
  return found && attributeOf(found, 'val');
}
