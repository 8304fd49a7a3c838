import type { Stats } from 'node:fs';
import { basename, extname } from 'node:path';
import { TandemError } from '../../model/errors.ts';
import type { Document } from '../document.ts';
import { parseAside } from './parse-aside.ts';
import { docxType } from './read-docx.ts';
import type { OnPage } from './read-pdf.ts';
import { unreadable } from './unreadable.ts';

/** Media types by the ending of a file's name. */
export const mediaTypeByExtension: Readonly<Record<string, string>> = {
  '.txt': 'text/plain',
  '.log': 'text/plain',
  '.md': 'text/markdown',
  '.markdown': 'text/markdown',
  '.csv': 'text/csv',
  '.tsv': 'text/tab-separated-values',
  '.json': 'application/json',
  '.jsonl': 'application/jsonl',
  '.ndjson': 'application/jsonl',
  '.html': 'text/html',
  '.htm': 'text/html',
  '.xml': 'text/xml',
  '.pdf': 'application/pdf',
  '.docx': docxType,
};

const advices: Readonly<Record<string, string>> = {
  '.xlsx': 'Save its sheets as CSV first.',
  '.pptx': 'Save it as PDF first.',
  '.odt': 'Save it as DOCX or PDF first.',
};

const mostBytes = 256 * 1024 * 1024;

/**
 * Reads a document from disk: PDF, DOCX, HTML, Markdown, CSV, JSONL, logs, source code and other
 * texts.
 * @throws TandemError `unreadable_document` that says why and what to do; `missing_package`
 */
export async function loadDocument(
  path: string,
  options: { readonly onPage?: OnPage; readonly signal?: AbortSignal } = {},
): Promise<Document> {
  const extension = extname(path).toLowerCase();
  const bytes = await readBytes(path);
  try {
    const mediaType = mediaTypeByExtension[extension] ?? 'text/plain';
    return {
      ...(await parseAside({ bytes, title: path, mediaType }, options)),
      title: basename(path),
    };
  } catch (error) {
    const advice = advices[extension];
    if (!advice || !TandemError.isInstance(error) || error.code !== 'unreadable_document')
      throw error;
    throw unreadable(path, `${extension.slice(1).toUpperCase()} files are not read.`, advice);
  }
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
