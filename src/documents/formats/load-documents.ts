import { basename, join, relative } from 'node:path';
import { TandemError } from '../../model/errors.ts';
import { type Document, documentOf } from '../document.ts';
import type { UnreadFile } from '../unread.ts';
import { withAttachments } from './attachments.ts';
import { readFileAt } from './load-document.ts';
import { unreadable } from './unreadable.ts';

/** What was read of files and folders. */
export interface LoadedDocuments {
  readonly documents: readonly Document[];
  /**
   * Files in folders that could not be read, with the reason; a file that was named itself is an
   * error instead.
   */
  readonly unread: readonly UnreadFile[];
}

const mostFiles = 2000;
// Dependencies and caches of tools, which nobody wrote as documents.
const skipped = new Set(['node_modules', '__pycache__']);
// Programs and what compilers leave: no document by any reading.
const programs = /\.(?:exe|dll|so|dylib|o|obj|a|lib|class|pyc|pyd|node|wasm|sys)$/i;

/** How files are loaded. */
export interface LoadingOptions {
  readonly onFile?: (title: string) => void;
  /** Opens encrypted PDFs. */
  readonly password?: string;
}

/**
 * Reads files, and folders with all that is below them, in the order of their names; what mails and
 * other files hold is read as documents beside them. In folders, hidden files, links, dependencies
 * and programs are passed over; what cannot be read there is listed.
 * @throws TandemError `unreadable_document`, also if nothing at all could be read
 */
export async function loadDocuments(
  paths: readonly string[],
  options: LoadingOptions = {},
): Promise<LoadedDocuments> {
  const batch: DocumentBatch = { documents: [], unread: [], options };
  for (const path of paths) {
    if (await isFolder(path)) await readFolder(path, batch);
    else await readOne(path, basename(path), batch);
  }
  const { documents, unread } = batch;
  if (documents.length === 0 && unread.length > 0) {
    throw unreadable(
      paths.join(', '),
      `None of ${unread.length} files could be read.`,
      `The first: ${unread[0]!.why}`,
    );
  }
  return { documents, unread };
}

interface DocumentBatch {
  readonly documents: Document[];
  readonly unread: UnreadFile[];
  readonly options: LoadingOptions;
}

async function readOne(path: string, title: string, batch: DocumentBatch): Promise<void> {
  const { onFile, password } = batch.options;
  onFile?.(title);
  const parsing = { ...(password !== undefined && { password }) };
  const parsed = { ...(await readFileAt(path, parsing)), title };
  const { files, unread } = await withAttachments(parsed, parsing);
  batch.documents.push(...files.map(documentOf));
  batch.unread.push(...unread);
}

async function readFolder(folder: string, batch: DocumentBatch): Promise<void> {
  const files = await filesBelow(folder);
  if (files.length === 0) {
    throw unreadable(
      folder,
      'The folder holds no document.',
      'Give a folder of texts, PDF or Office files.',
    );
  }
  for (const file of files) {
    const title = relative(folder, file);
    try {
      await readOne(file, title, batch);
    } catch (error) {
      if (!TandemError.isInstance(error) || error.code !== 'unreadable_document') throw error;
      // A path of this machine is nobody's business in an answer.
      batch.unread.push({ title, why: error.message.replaceAll(file, title) });
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  const { stat } = await import('node:fs/promises');
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  const open = [folder];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    const { readdir } = await import('node:fs/promises');
    const entries = await readdir(current, { withFileTypes: true });
    for (const entry of entries.filter(({ name }) => !name.startsWith('.') && !skipped.has(name))) {
      const path = join(current, entry.name);
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile() && !programs.test(entry.name)) files.push(path);
    }
    if (files.length > mostFiles) {
      throw unreadable(
        folder,
        `It holds more than ${mostFiles} files.`,
        'Name the folder inside it that matters.',
      );
    }
  }
  return files.sort();
}
