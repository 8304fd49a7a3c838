import { plainTextOf } from '../markup/html-text.ts';
import { attributeOf, childOf, elementAt, elementsOf } from '../markup/xml-tree.ts';
import type { ParsedFile } from '../parsed-file.ts';
import { unreadable } from '../unreadable.ts';
import { type PackedParts, resolved } from '../zipped/unpack.ts';

/** What a book is called on the wire. */
const epubType = 'application/epub+zip';

/**
 * Reads the chapters of a book in the order of its spine.
 * @throws TandemError `unreadable_document`, also where it is locked
 */
export function readEpub(parts: PackedParts): ParsedFile {
  const { title } = parts;
  const rootfile = elementAt(
    parts.xml('META-INF/container.xml'),
    'container',
    'rootfiles',
    'rootfile',
  );
  const path = (rootfile && attributeOf(rootfile, 'full-path')) ?? '';
  const book = childOf(parts.xml(path), 'package');
  if (!book) throw unreadable(title, 'The book is broken.', 'Open it and save it anew as EPUB.');
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const items = new Map(
    elementsOf(childOf(book, 'manifest'), 'item').map(item => [attributeOf(item, 'id'), item]),
  );
  // What only some readers show names what all can, in its place.
  const htmlOf = (id: string | undefined, depth = 0): string | undefined => {
    const item = items.get(id);
    if (!item || depth > 5) return undefined;
    const isText = /^(?:application\/xhtml|text\/|image\/svg|$)/.test(
      attributeOf(item, 'media-type') ?? '',
    );
    const fallback = attributeOf(item, 'fallback');
    if (!isText && fallback !== undefined) return htmlOf(fallback, depth + 1);
    return parts.text(resolved(folder, decoded(attributeOf(item, 'href') ?? '')));
  };
  let missing = 0;
  const chapters = elementsOf(childOf(book, 'spine'), 'itemref').map(item => {
    const html = htmlOf(attributeOf(item, 'idref'));
    if (html === undefined) missing++;
    return html === undefined ? '' : plainTextOf(html, { marksHeadings: true });
  });
  const isLocked = /EncryptedData/.test(parts.text('META-INF/encryption.xml') ?? '');
  const text = chapters.filter(chapter => chapter !== '').join('\n\n');
  if (isLocked && !/\p{L}{3}/u.test(text.slice(0, 5000)))
    throw unreadable(title, 'The book is locked.', 'Give a copy without protection.');
  const of = `${missing} of its ${chapters.length} chapters`;
  const said = `${of} are not in the file, and were not read.`;
  return { text, title, mediaType: epubType, ...(missing > 0 && { notes: [said] }) };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
