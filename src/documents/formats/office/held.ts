import { oneLine } from '../markup/table-text.ts';
import { attributeOf, elementsBelow, type XmlElement } from '../markup/xml-tree.ts';
import type { GivenFile, ParsedFile } from '../parsed-file.ts';
import { type PackedParts, relationsOf } from '../zipped/unpack.ts';

/**
 * Files that stand in the parts of an Office file: chunks of other formats, and tables and texts of
 * its other programs. They are documents of their own; objects of programs that nobody knows are
 * told.
 */
export function filesHeld(
  parts: PackedParts,
  paths: readonly string[],
): Pick<ParsedFile, 'attachments' | 'notes'> {
  const held = new Map(
    paths.flatMap(path =>
      [...relationsOf(parts, path).values()].map(({ path: target, type }) => [target, type]),
    ),
  );
  const attachments: GivenFile[] = [];
  let unknown = 0;
  for (const [path, type] of held) {
    if (type === 'oleObject') unknown++;
    if (type !== 'package' && type !== 'aFChunk') continue;
    const bytes = parts.bytes(path);
    const mediaType = /\.(?:mht|mhtml|eml)$/i.test(path) ? 'message/rfc822' : 'text/plain';
    if (bytes) attachments.push({ bytes, title: path.slice(path.lastIndexOf('/') + 1), mediaType });
  }
  const said = `Objects of other programs that were not read: ${unknown}.`;
  return {
    ...(attachments.length > 0 && { attachments }),
    ...(unknown > 0 && { notes: [said] }),
  };
}

/** Says that a sheet was read which nobody sees. */
export function hiddenSheetNote(name: string): string {
  return `The sheet "${name}" is hidden in the workbook, and was read.`;
}

/** What is said of a picture for those who do not see it, if it is more than a name. */
export function pictureText(said: string | undefined): string {
  const words = oneLine(said ?? '');
  const isSaid = /\p{L}/u.test(words) && (words.includes(' ') || /[^\0-\x7f]{4}/.test(words));
  return isSaid ? `[Picture: ${words}]` : '';
}

/** What is said of the pictures that are drawn in an element of an Office file. */
export function picturesIn(element: XmlElement, name: 'docPr' | 'cNvPr'): string[] {
  return elementsBelow(element, name)
    .map(each => pictureText(attributeOf(each, 'descr')))
    .filter(text => text !== '');
}
