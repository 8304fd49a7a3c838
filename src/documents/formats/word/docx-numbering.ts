import { attributeOf, childOf, elementsOf, type XmlElement } from '../markup/xml-tree.ts';
import { childValue, isOn, type WordStyles } from './docx-styles.ts';

interface ListLevel {
  readonly start: number;
  readonly format: string;
  /** Such as `%1.%2`. */
  readonly text: string;
  readonly isLegal: boolean;
}

/** Counts the lists of a Word file on. */
export interface Numbering {
  /** The number or mark of the next item of a list; empty if it bears none. */
  next(list: string, level: number): string;
}

interface WordList {
  readonly counts: string;
  readonly levels: ReadonlyMap<number, ListLevel>;
  /** Levels that this list begins anew at its first item. */
  readonly starts: Map<number, number>;
}

/** Reads the part of a Word file that says how its lists are numbered. */
export function numberingIn(xml: XmlElement | undefined, styles: WordStyles): Numbering {
  const root = childOf(xml, 'numbering');
  const kinds = new Map(
    elementsOf(root, 'abstractNum').map(each => [attributeOf(each, 'abstractNumId'), each]),
  );
  const numbers = elementsOf(root, 'num');
  const lists = new Map<string, WordList>();
  for (const each of numbers) {
    const id = attributeOf(each, 'numId');
    const list = listOf(each, { kinds, numbers, styles });
    if (id !== undefined && list) lists.set(id, list);
  }
  const countsByKind = new Map<string, number[]>();
  return {
    next(id, level) {
      const list = lists.get(id);
      const own = list?.levels.get(level);
      if (!list || !own) return '';
      const counts = countsByKind.get(list.counts) ?? [];
      countsByKind.set(list.counts, counts);
      count(counts, list, level);
      return markOf(own, list.levels, counts);
    },
  };
}

interface Sources {
  readonly kinds: ReadonlyMap<string | undefined, XmlElement>;
  readonly numbers: readonly XmlElement[];
  readonly styles: WordStyles;
}

function listOf(number: XmlElement, sources: Sources): WordList | undefined {
  const kind = kindOf(number, sources, 0);
  if (!kind) return undefined;
  const levels = new Map<number, ListLevel>();
  for (const level of elementsOf(kind, 'lvl')) setLevel(levels, level);
  const starts = new Map<number, number>();
  for (const each of elementsOf(number, 'lvlOverride')) {
    const at = Number(attributeOf(each, 'ilvl'));
    const own = childOf(each, 'lvl');
    if (own) setLevel(levels, own);
    const start = childValue(each, 'startOverride');
    if (start !== undefined) starts.set(at, Number(start));
  }
  return { counts: attributeOf(kind, 'abstractNumId') ?? '', levels, starts };
}

// A list may take its kind from a style of lists.
function kindOf(number: XmlElement, sources: Sources, depth: number): XmlElement | undefined {
  const kind = sources.kinds.get(childValue(number, 'abstractNumId'));
  const link = childValue(kind, 'numStyleLink');
  if (link === undefined || depth > 5) return kind;
  const id = sources.styles(link).numbering?.list;
  const linked = sources.numbers.find(each => attributeOf(each, 'numId') === id);
  return linked ? kindOf(linked, sources, depth + 1) : kind;
}

function setLevel(levels: Map<number, ListLevel>, level: XmlElement): void {
  levels.set(Number(attributeOf(level, 'ilvl')), {
    start: Number(childValue(level, 'start') ?? '1'),
    format: childValue(level, 'numFmt') ?? 'decimal',
    text: childValue(level, 'lvlText') ?? '',
    isLegal: isOn(childOf(level, 'isLgl')) ?? false,
  });
}

function count(counts: number[], { levels, starts }: WordList, level: number): void {
  for (let above = 0; above < level; above++) counts[above] ??= levels.get(above)?.start ?? 1;
  const start = starts.get(level);
  if (start !== undefined) {
    counts[level] = start;
    starts.delete(level);
  } else {
    const before = counts[level];
    counts[level] = before === undefined ? (levels.get(level)?.start ?? 1) : before + 1;
  }
  counts.length = level + 1;
}

function markOf(
  own: ListLevel,
  levels: ReadonlyMap<number, ListLevel>,
  counts: readonly number[],
): string {
  if (own.format === 'bullet') return own.text === '' ? '' : '-';
  if (own.format === 'none') return '';
  return own.text
    .replace(/%(\d)/g, (_, place: string) => {
      const at = Number(place) - 1;
      const format = own.isLegal ? 'decimal' : (levels.get(at)?.format ?? 'decimal');
      return numeral(counts[at] ?? 1, format);
    })
    .trim();
}

/** Writes a number in the format of a list of Word. */
export function numeral(value: number, format: string): string {
  switch (format) {
    case 'lowerLetter':
      return letters(value).toLowerCase();
    case 'upperLetter':
      return letters(value);
    case 'lowerRoman':
      return roman(value).toLowerCase();
    case 'upperRoman':
      return roman(value);
    case 'decimalZero':
      return String(value).padStart(2, '0');
    case 'ordinal':
      return `${value}${ordinalEnding(value)}`;
    case 'none':
      return '';
    default:
      return String(value);
  }
}

function ordinalEnding(value: number): string {
  const isTeen = value % 100 > 10 && value % 100 < 14;
  return ['th', 'st', 'nd', 'rd'][isTeen ? 0 : value % 10] ?? 'th';
}

// Word goes on with AA, BB, CC.
function letters(value: number): string {
  if (value < 1 || value > 780) return String(value);
  return String.fromCharCode(65 + ((value - 1) % 26)).repeat(Math.ceil(value / 26));
}

const romans: readonly (readonly [string, number])[] = [
  ['M', 1000],
  ['CM', 900],
  ['D', 500],
  ['CD', 400],
  ['C', 100],
  ['XC', 90],
  ['L', 50],
  ['XL', 40],
  ['X', 10],
  ['IX', 9],
  ['V', 5],
  ['IV', 4],
  ['I', 1],
];

function roman(value: number): string {
  if (value < 1 || value > 3999) return String(value);
  let left = value;
  let written = '';
  for (const [sign, worth] of romans) {
    while (left >= worth) {
      written += sign;
      left -= worth;
    }
  }
  return written;
}
