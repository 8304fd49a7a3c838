import {
  attributeOf,
  childOf,
  elementAt,
  elementsOf,
  wordsOf,
  type XmlElement,
} from '../markup/xml-tree.ts';
import { drawnTexts } from '../office/charts.ts';
import { filesHeld } from '../office/held.ts';
import type { ParsedFile } from '../parsed-file.ts';
import { unreadable } from '../unreadable.ts';
import { type PackedParts, relationsOf } from '../zipped/unpack.ts';
import { type Body, bodyText } from './docx-body.ts';
import { numberingIn } from './docx-numbering.ts';
import { stylesIn } from './docx-styles.ts';

/** What a DOCX file is called on the wire. */
const docxType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/**
 * Reads the text of a Word file: headings marked with `#`, lists with their numbers, a row of a
 * table on one line; tracked changes as accepted, hidden text left out; then foot- and endnotes,
 * comments, heads and feet. The format knows no pages. @throws TandemError `unreadable_document`
 */
export function readDocx(parts: PackedParts): ParsedFile {
  const main = mainPart(parts);
  const document = parts.xml(main);
  const content = childOf(childOf(document, 'document'), 'body');
  if (!content) {
    const advice = 'Open it and save it anew as DOCX.';
    throw unreadable(parts.title, 'The Word file is broken.', advice);
  }
  const relations = relationsOf(parts, main);
  const part = (type: string) => {
    const found = [...relations.values()].find(each => each.type === type);
    // Some writers leave out who refers to whom, and keep the usual names.
    return parts.xml(found?.path ?? `${main.slice(0, main.lastIndexOf('/') + 1)}${type}.xml`);
  };
  const styles = stylesIn(part('styles'));
  const numbering = numberingIn(part('numbering'), styles);
  const body: Body = { styles, numbering, notes: [], boxes: [] };
  const running = () =>
    [...relations.values()]
      .filter(({ type }) => type === 'header' || type === 'footer')
      .map(({ path, type }) => ({ type, xml: parts.xml(path) }));
  const sections = [
    bodyText(content, body),
    notesText({ foot: part('footnotes'), end: part('endnotes') }, body),
    commentsText(content, part('comments'), body),
    runningText(running(), body),
    ...drawnTexts(parts, main),
  ];
  const text = sections.filter(section => section !== '').join('\n\n');
  const { attachments, notes = [] } = filesHeld(parts, [main]);
  const said = hidesWords(content) ? [...notes, hiddenWords] : notes;
  return {
    ...{ text, title: parts.title, mediaType: docxType },
    ...(attachments && { attachments }),
    ...(said.length > 0 && { notes: said }),
  };
}

const hiddenWords = 'Words that nobody sees (in white, or too small) were read.';

// In a table, white words may stand on a ground of its style.
function hidesWords(content: XmlElement): boolean {
  return elementsOf(content, 'p').some(
    paragraph =>
      !elementAt(paragraph, 'pPr', 'shd') &&
      elementsOf(paragraph, 'r').some(run => {
        const properties = childOf(run, 'rPr');
        const value = (name: string) => attributeOf(childOf(properties, name) ?? run, 'val') ?? '';
        const isOnGround = childOf(properties, 'shd') ?? childOf(properties, 'highlight');
        const isWhite = /^f{6}$/i.test(value('color')) && !isOnGround;
        const words = elementsOf(run, 't').map(wordsOf).join('');
        return /\S{2}/.test(words) && (isWhite || /^[1-3]$/.test(value('sz')));
      }),
  );
}

function mainPart(parts: PackedParts): string {
  const found = [...relationsOf(parts, '').values()].find(({ type }) => type === 'officeDocument');
  return found?.path ?? 'word/document.xml';
}

// A note may hold a note.
function notesText(
  xml: { readonly foot: XmlElement | undefined; readonly end: XmlElement | undefined },
  body: Body,
): string {
  const lines: string[] = [];
  for (let at = 0; at < body.notes.length; at++) {
    const { kind, id, mark } = body.notes[at]!;
    const note = elementsOf(childOf(xml[kind], `${kind}notes`)).find(
      each => attributeOf(each, 'id') === id,
    );
    const text = note ? bodyText(note, body) : '';
    if (text !== '') lines.push(`${mark} ${text}`);
  }
  return lines.join('\n');
}

// A comment stands apart, with the words that it is about.
function commentsText(content: XmlElement, xml: XmlElement | undefined, body: Body): string {
  const lines = elementsOf(childOf(xml, 'comments'), 'comment').flatMap(comment => {
    const text = bodyText(comment, body);
    if (text === '') return [];
    const author = attributeOf(comment, 'author');
    const about = anchorOf(content, attributeOf(comment, 'id'));
    return [`Comment${author ? ` by ${author}` : ''}${about ? ` on “${about}”` : ''}: ${text}`];
  });
  return lines.join('\n');
}

const longestAnchor = 200;

function anchorOf(content: XmlElement, id: string | undefined): string {
  const anchor = { id, isOpen: false, words: '' };
  takeAnchor(content, anchor);
  return anchor.words.trim().slice(0, longestAnchor);
}

interface Anchor {
  readonly id: string | undefined;
  isOpen: boolean;
  words: string;
}

function takeAnchor(element: XmlElement, anchor: Anchor): void {
  for (const child of elementsOf(element)) {
    if (child.name === 'del') continue;
    if (/^commentRange(?:Start|End)$/.test(child.name)) {
      if (attributeOf(child, 'id') === anchor.id) anchor.isOpen = child.name.endsWith('Start');
      continue;
    }
    if (anchor.isOpen && child.name === 't') anchor.words += child.children.join('');
    if (anchor.isOpen && child.name === 'p' && anchor.words !== '') anchor.words += ' ';
    takeAnchor(child, anchor);
  }
}

function runningText(
  running: readonly { readonly type: string; readonly xml: XmlElement | undefined }[],
  body: Body,
): string {
  const lines = new Set<string>();
  for (const { type, xml } of running) {
    const root = elementsOf(xml)[0];
    const text = root ? bodyText(root, body) : '';
    if (/\p{L}/u.test(text)) lines.add(`${type === 'header' ? 'Header' : 'Footer'}: ${text}`);
  }
  return [...lines].join('\n');
}
