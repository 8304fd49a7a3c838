import { officeFormula } from '../markup/formula.ts';
import { offLine } from '../markup/raised.ts';
import { oneLine, type TableCell, tableText } from '../markup/table-text.ts';
import {
  attributeOf,
  childOf,
  elementAt,
  elementsBelow,
  elementsOf,
  wordsOf,
  type XmlElement,
} from '../markup/xml-tree.ts';
import type { ParsedFile } from '../parsed-file.ts';
import { unreadable } from '../unreadable.ts';
import { numeral } from '../word/docx-numbering.ts';
import { type PackedParts, relationsOf } from '../zipped/unpack.ts';
import { drawnTexts } from './charts.ts';
import { filesHeld, picturesIn, pictureText } from './held.ts';

/** What a PowerPoint file is called on the wire. */
const pptxType = 'application/vnd.openxmlformats-officedocument.presentationml.presentation';

/**
 * Reads the slides of a presentation, a page each: the title as a heading, text and tables, then
 * the speaker's notes.
 * @throws TandemError `unreadable_document`
 */
export function readPptx(parts: PackedParts): ParsedFile {
  const path =
    [...relationsOf(parts, '').values()].find(({ type }) => type === 'officeDocument')?.path ??
    'ppt/presentation.xml';
  const presentation = childOf(parts.xml(path), 'presentation');
  if (!presentation) {
    const advice = 'Open it and save it anew as PPTX.';
    throw unreadable(parts.title, 'The presentation is broken.', advice);
  }
  const relations = relationsOf(parts, path);
  const paths = elementsOf(childOf(presentation, 'sldIdLst'), 'sldId').map(each => {
    return relations.get(attributeOf(each, 'r:id') ?? '')?.path ?? '';
  });
  const slides = paths.map(each => (each === '' ? '' : slideText(parts, each)));
  const text = slides.some(slide => slide !== '')
    ? slides.map(slide => `${slide}\n`).join('\f')
    : '';
  return { text, title: parts.title, mediaType: pptxType, ...filesHeld(parts, paths) };
}

function slideText(parts: PackedParts, path: string): string {
  const slide = childOf(parts.xml(path), 'sld');
  if (!slide) return '';
  const relations = relationsOf(parts, path);
  const shapes = shapesText(elementAt(slide, 'cSld', 'spTree'));
  const notes = [...relations.values()].find(({ type }) => type === 'notesSlide');
  const said = notes
    ? shapesText(elementAt(parts.xml(notes.path), 'notes', 'cSld', 'spTree'), true)
    : [];
  const blocks = [
    ...(attributeOf(slide, 'show') === '0' ? ['(hidden slide)'] : []),
    ...shapes,
    ...drawnTexts(parts, path),
    ...(said.length > 0 ? [`Notes: ${said.join('\n')}`] : []),
    ...commentsText(parts, path),
  ];
  return blocks.filter(block => block !== '').join('\n\n');
}

function commentsText(parts: PackedParts, path: string): string[] {
  const found = [...relationsOf(parts, path).values()].filter(({ type }) => type === 'comments');
  return found.flatMap(({ path: target }) => {
    const xml = parts.xml(target);
    const said = (xml ? elementsBelow(xml, 'cm') : []).map(comment => {
      const words = [...elementsBelow(comment, 'text'), ...elementsBelow(comment, 't')];
      return oneLine(words.map(wordsOf).join(' '));
    });
    return said.filter(text => text !== '').map(text => `Comment: ${text}`);
  });
}

// The title is first, wherever it was drawn.
function shapesText(tree: XmlElement | undefined, isNotes = false): string[] {
  const titles: string[] = [];
  const others: string[] = [];
  if (tree) takeShapes(tree, { titles, others, isNotes });
  return [...titles, ...others].filter(text => text !== '');
}

function takeShapes(element: XmlElement, shapes: Shapes): void {
  for (const child of elementsOf(element)) {
    if (child.name === 'sp') takeShape(child, shapes);
    else if (child.name === 'cNvPr') shapes.others.push(pictureText(attributeOf(child, 'descr')));
    else if (child.name === 'tbl') shapes.others.push(tableText(rowsOf(child)));
    else
      takeShapes(
        child.name === 'AlternateContent' ? (elementsOf(child)[0] ?? child) : child,
        shapes,
      );
  }
}

interface Shapes {
  readonly titles: string[];
  readonly others: string[];
  readonly isNotes: boolean;
}

function takeShape(shape: XmlElement, { titles, others, isNotes }: Shapes): void {
  const placeholder = elementAt(shape, 'nvSpPr', 'nvPr', 'ph');
  const kind = (placeholder && attributeOf(placeholder, 'type')) ?? '';
  if (/^(?:sldNum|dt|ftr|hdr|sldImg)$/.test(kind) && (isNotes || kind === 'sldNum')) return;
  const body = childOf(shape, 'txBody');
  const text = body ? paragraphsIn(body) : '';
  if (/^(?:title|ctrTitle)$/.test(kind) && text !== '') titles.push(`# ${oneLine(text)}`);
  else others.push(text);
  others.push(...picturesIn(shape, 'cNvPr'));
}

function paragraphsIn(element: XmlElement): string {
  const counts: number[] = [];
  return elementsBelow(element, 'p')
    .map(each => paragraphText(each, counts))
    .filter(text => text !== '')
    .join('\n');
}

function paragraphText(paragraph: XmlElement, counts: number[]): string {
  const text = elementsOf(paragraph)
    .map(child => {
      if (child.name === 'br') return '\n';
      if (child.name !== 'r' && child.name !== 'fld')
        return elementsBelow(child, 'oMath').map(officeFormula).join(' ');
      const words = wordsOf(childOf(child, 't'));
      const baseline = Number(attributeOf(childOf(child, 'rPr') ?? child, 'baseline') ?? '0');
      return baseline === 0 ? words : offLine(words, baseline > 0 ? 'raised' : 'lowered');
    })
    .join('')
    .trim();
  if (text === '') return '';
  const properties = childOf(paragraph, 'pPr');
  const level = Math.min(8, Number((properties && attributeOf(properties, 'lvl')) ?? '0') || 0);
  const mark = markOf(childOf(properties ?? paragraph, 'buAutoNum'), counts, level);
  return `${'  '.repeat(level)}${mark || (level > 0 ? '- ' : '')}${text}`;
}

const numberings: Readonly<Record<string, string>> = {
  alphaLc: 'lowerLetter',
  alphaUc: 'upperLetter',
  romanLc: 'lowerRoman',
  romanUc: 'upperRoman',
};

// Slides count on as long as nothing without a number stands between.
function markOf(auto: XmlElement | undefined, counts: number[], level: number): string {
  const before = counts[level];
  counts.length = Math.min(counts.length, level);
  if (!auto) return '';
  const start = Number(attributeOf(auto, 'startAt') ?? '1');
  const [, kind = '', sign] =
    /^(.*?)(Period|ParenR|ParenBoth|Plain)?$/.exec(attributeOf(auto, 'type') ?? '') ?? [];
  const value = Math.max(start, (before ?? 0) + 1);
  counts[level] = value;
  const number = numeral(value, numberings[kind] ?? 'decimal');
  if (sign === 'ParenBoth') return `(${number}) `;
  return `${number}${sign === 'ParenR' ? ')' : sign === 'Plain' ? '' : '.'} `;
}

function rowsOf(table: XmlElement): TableCell[][] {
  return elementsOf(table, 'tr').map(row =>
    elementsOf(row, 'tc')
      .filter(cell => attributeOf(cell, 'hMerge') === undefined)
      .map(cell => ({
        text: paragraphsIn(cell),
        isCovered: attributeOf(cell, 'vMerge') !== undefined,
        columns: Number(attributeOf(cell, 'gridSpan') ?? '1'),
      })),
  );
}
