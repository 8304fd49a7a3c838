import { extname, join, relative } from 'node:path';
import { TandemError } from '../../model/errors.ts';
import type { Document } from '../document.ts';
import { loadDocument, mediaTypeByExtension } from './load-document.ts';
import { unreadable } from './unreadable.ts';

/** What was read of files and folders. */
export interface LoadedDocuments {
  readonly documents: readonly Document[];
  /**
   * Files in folders that could not be read, with the reason; a file that was named itself is an
   * error instead.
   */
  readonly unread: readonly { readonly title: string; readonly why: string }[];
}

const mostFiles = 2000;
const code = [
  'c',
  'cc',
  'cpp',
  'cs',
  'css',
  'go',
  'h',
  'hpp',
  'java',
  'js',
  'jsx',
  'kt',
  'lua',
  'mjs',
  'php',
  'pl',
  'py',
  'rb',
];
const moreCode = [
  'rs',
  'scala',
  'sh',
  'sql',
  'swift',
  'toml',
  'ts',
  'tsx',
  'yaml',
  'yml',
  'rst',
  'tex',
  'ini',
  'conf',
];
const read = new Set([
  ...Object.keys(mediaTypeByExtension),
  ...[...code, ...moreCode].map(ending => `.${ending}`),
]);
const skipped = new Set(['node_modules', 'dist', 'build', '__pycache__']);

/**
 * Reads files, and folders with all that is below them, in the order of their names. In folders,
 * hidden files, links, dependencies and files of no known kind are passed over; what cannot be read
 * there is listed.
 * @throws TandemError `unreadable_document`, also if nothing at all could be read
 */
export async function loadDocuments(
  paths: readonly string[],
  options: { readonly onFile?: (title: string) => void } = {},
): Promise<LoadedDocuments> {
  const documents: Document[] = [];
  const unread: { title: string; why: string }[] = [];
  for (const path of paths) {
    if (await isFolder(path)) await readFolder(path, { documents, unread, onFile: options.onFile });
    else {
      options.onFile?.(path);
      documents.push(await loadDocument(path));
    }
  }
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
  readonly unread: { title: string; why: string }[];
  readonly onFile: ((title: string) => void) | undefined;
}

async function readFolder(
  folder: string,
  { documents, unread, onFile }: DocumentBatch,
): Promise<void> {
  const files = await filesBelow(folder);
  if (files.length === 0) {
    throw unreadable(
      folder,
      'The folder holds no document.',
      'Give a folder of texts, PDF or DOCX files.',
    );
  }
  for (const file of files) {
    const title = relative(folder, file);
    onFile?.(title);
    try {
      documents.push({ ...(await loadDocument(file)), title });
    } catch (error) {
      if (!TandemError.isInstance(error) || error.code !== 'unreadable_document') throw error;
      unread.push({ title, why: error.message });
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
      else if (entry.isFile() && read.has(extname(entry.name).toLowerCase())) files.push(path);
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
