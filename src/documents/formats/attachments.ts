import { TandemError } from '../../model/errors.ts';
import { type Document, documentOf } from '../document.ts';
import { mediaTypeByName } from './media-type.ts';
import { type ParsingAside, parseAside } from './parse-aside.ts';
import type { GivenFile, ParsedFile } from './parsed-file.ts';
import { unreadable } from './unreadable.ts';

/** A file, and those within it, as documents of their own. */
export interface FilesWithin {
  readonly files: readonly ParsedFile[];
  /** What could not be read of what it holds. */
  readonly unread: readonly { readonly title: string; readonly why: string }[];
}

const deepest = 3;
const mostFiles = 200;
// What one archive may unpack to holds for all of a mail together, or a short one is a bomb.
const mostCharacters = 67_108_864;

/**
 * Reads what a file holds, and what that holds, at most three deep; what cannot be read is listed.
 * PackedParts of the same bytes are read once.
 */
export async function withAttachments(
  file: ParsedFile,
  parsing: ParsingAside = {},
): Promise<FilesWithin> {
  const files: ParsedFile[] = [file];
  const unread: { title: string; why: string }[] = [];
  const open = within(file, 1);
  let characters = file.text.length;
  for (let next = open.shift(); next; next = open.shift()) {
    const { given, depth } = next;
    const isFull = files.length + unread.length > mostFiles || characters >= mostCharacters;
    if (isFull || depth > deepest) {
      unread.push({ title: given.title, why: whyLeft(given.title, { depth, characters }) });
      continue;
    }
    try {
      const parsed = { ...(await parseAside(given, parsing)), title: given.title };
      characters += parsed.text.length;
      if (characters > mostCharacters)
        throw unreadable(given.title, tooMuch, 'Save it on its own, and give that.');
      files.push(parsed);
      open.push(...within(parsed, depth + 1));
    } catch (error) {
      if (!TandemError.isInstance(error) || error.code !== 'unreadable_document') throw error;
      unread.push({ title: given.title, why: error.message });
    }
  }
  return { files: files.map(({ attachments: _, ...parsed }) => parsed), unread };
}

/**
 * Reads a file from its bytes, and what it holds, as documents of their own. @throws TandemError
 * `unreadable_document`
 * @example
 * ```ts
 * const { documents } = await parseDocuments({
 *   title: 'letter.pdf',
 *   mediaType: 'application/pdf',
 *   bytes,
 * });
 * ```
 */
export async function parseDocuments(
  file: GivenFile,
  parsing: ParsingAside = {},
): Promise<{ readonly documents: readonly Document[]; readonly unread: FilesWithin['unread'] }> {
  const { files, unread } = await withAttachments(await parseAside(file, parsing), parsing);
  return { documents: files.map(documentOf), unread };
}

function within({ title, attachments = [] }: ParsedFile, depth: number) {
  return attachments.map(given => ({
    depth,
    given: {
      bytes: given.bytes,
      title: `${title} › ${nameOf(given)}`,
      mediaType: typeOf(given),
    } satisfies GivenFile,
  }));
}

// A sender seldom knows more than that it is a file.
function typeOf({ mediaType, title }: GivenFile): string {
  const isTold = /^(?:text\/(?!plain)|message\/rfc822$)/.test(mediaType);
  return isTold ? mediaType : mediaTypeByName(title);
}

// A name may come as a path of the sender's.
function nameOf({ title }: GivenFile): string {
  return title.split(/[/\\]/).at(-1)!.trim() || 'attachment';
}

const tooMuch = `What lies in one file comes to more than ${mostCharacters} characters.`;

function whyLeft(
  title: string,
  { depth, characters }: { readonly depth: number; readonly characters: number },
): string {
  const why =
    depth > deepest
      ? `It lies more than ${deepest} files deep in others.`
      : characters >= mostCharacters
        ? tooMuch
        : `More than ${mostFiles} files lie in one.`;
  return `The document "${title}" cannot be read. ${why} Save it on its own, and give that.`;
}
