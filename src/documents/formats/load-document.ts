import type { Stats } from 'node:fs';
import { basename } from 'node:path';
import { TandemError } from '../../model/errors.ts';
import { type Document, documentOf } from '../document.ts';
import { mediaTypeByName } from './media-type.ts';
import { type ParsingAside, parseAside } from './parse-aside.ts';
import type { ParsedFile } from './parsed-file.ts';
import { unreadable } from './unreadable.ts';

const mostBytes = 256 * 1024 * 1024;

/**
 * Reads a document from disk: PDF, Office and OpenDocument files, books, mails, RTF, HTML, XML,
 * subtitles, Markdown, CSV, JSONL, logs, source code and other texts. What it is shows in its
 * bytes.
 * @throws TandemError `unreadable_document` that says why and what to do
 * @example
 * ```ts
 * const report = await loadDocument('report.pdf');
 * console.log(report.title, report.text.length);
 * ```
 */
export async function loadDocument(path: string, options: ParsingAside = {}): Promise<Document> {
  const { attachments = [], notes = [], ...parsed } = await readFileAt(path, options);
  const held = attachments.map(({ title }) => title).join(', ');
  const told = held === '' ? [] : [`It holds files that were not read: ${held}.`];
  return documentOf({ ...parsed, notes: [...notes, ...told], title: basename(path) });
}

/** Reads a file from disk, with the files that it holds. @throws TandemError */
export async function readFileAt(path: string, options: ParsingAside): Promise<ParsedFile> {
  const mediaType = mediaTypeByName(path);
  return parseAside({ bytes: await readBytes(path), title: path, mediaType }, options);
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const { open, stat } = await import('node:fs/promises');
    // Before it is opened: a named pipe waits for its other end, and a device has none.
    requireFile(await stat(path), path);
    await using file = await open(path);
    const before = await file.stat();
    requireFile(before, path);
    const bytes = await file.readFile();
    const after = await file.stat();
    if (
      after.mtimeMs !== before.mtimeMs ||
      after.size !== before.size ||
      bytes.length !== after.size
    ) {
      throw unreadable(
        path,
        'It changed while it was read.',
        'Wait until it is written, then ask again.',
      );
    }
    return bytes;
  } catch (error) {
    if (TandemError.isInstance(error)) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'There is no such file.' : `It cannot be opened (${code}).`;
    throw unreadable(path, why, 'Check the path and its permissions.');
  }
}

function requireFile(facts: Stats, path: string): void {
  if (facts.isDirectory())
    throw unreadable(path, 'It is a folder.', 'Use `loadDocuments` for folders.');
  if (!facts.isFile()) throw unreadable(path, 'It is not a regular file.', 'Give a file.');
  if (facts.size > mostBytes)
    throw unreadable(path, `It has ${facts.size} bytes, more than ${mostBytes}.`, 'Split it.');
}
