import { basename, join, relative } from 'node:path';
import { TandemError } from '../../model/errors.ts';
import { type Document, documentOf } from '../document.ts';
import type { UnreadFile } from '../unread.ts';
import { withAttachments } from './attachments.ts';
import { readFileAt } from './load-document.ts';
import type { ParsedFile } from './parsed-file.ts';
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
  readonly password?: string | undefined;
  /**
   * Asks for the password of an encrypted file, again where it was another; `undefined` leaves the
   * file unread. Default: nobody is asked.
   */
  readonly askPassword?: ((title: string) => Promise<string | undefined>) | undefined;
}

/** A file of a folder: a document that was read in it, or why it could not be read. */
export type OpenedFile = { readonly path: string } & (
  | { readonly document: Document }
  | {
      readonly unread: UnreadFile;
      /** What was thrown; absent of files within another. */
      readonly error?: TandemError;
      /** Whether the file was named itself, and not found in a folder. Default: false. */
      readonly isNamed?: boolean;
    }
);

/**
 * Reads files, and folders with all that is below them, in the order of their names; what mails and
 * other files hold is read as documents beside them. In folders, hidden files, links, dependencies
 * and programs are passed over; what cannot be read there is listed.
 * @throws TandemError `unreadable_document`, also if nothing at all could be read
 * @example
 * ```ts
 * const { documents, unread } = await loadDocuments(['contracts/']);
 * for (const { title, why } of unread) console.error(title, why);
 * ```
 */
export async function loadDocuments(
  paths: readonly string[],
  options: LoadingOptions = {},
): Promise<LoadedDocuments> {
  const documents: Document[] = [];
  const unread: UnreadFile[] = [];
  for await (const file of eachDocument(paths, options)) {
    if ('document' in file) documents.push(file.document);
    else if (file.isNamed && file.error) throw file.error;
    else unread.push(file.unread);
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

/**
 * Reads files and folders as `loadDocuments` does, one after the other, when the next is asked for:
 * of a folder of any size one file is in memory. @throws TandemError `unreadable_document` for a
 * folder without documents
 * @example
 * ```ts
 * for await (const opened of eachDocument(['archive/'])) console.log(opened);
 * ```
 */
export async function* eachDocument(
  paths: readonly string[],
  options: LoadingOptions = {},
): AsyncGenerator<OpenedFile> {
  const state = { ...options };
  for (const path of paths) {
    if (await isFolder(path)) {
      for (const file of await filesIn(path)) yield* readOne(file, relative(path, file), state);
    } else {
      for await (const file of readOne(path, basename(path), state))
        yield 'unread' in file && file.error ? { ...file, isNamed: true } : file;
    }
  }
}

async function* readOne(
  path: string,
  title: string,
  options: LoadingState,
): AsyncGenerator<OpenedFile> {
  options.onFile?.(title);
  try {
    const parsed = { ...(await opened(path, title, options)), title };
    const { files, unread } = await withAttachments(parsed, passwordIn(options));
    for (const file of files) yield { path, document: documentOf(file) };
    for (const each of unread) yield { path, unread: each };
  } catch (error) {
    if (!TandemError.isInstance(error) || error.code !== 'unreadable_document') throw error;
    // A path of this machine is nobody's business in an answer.
    yield { path, unread: { title, why: error.message.replaceAll(path, title) }, error };
  }
}

type LoadingState = { -readonly [Key in keyof LoadingOptions]: LoadingOptions[Key] };

// A password that has opened one file is tried on the next: folders have one as a rule.
async function opened(path: string, title: string, options: LoadingState): Promise<ParsedFile> {
  try {
    return await readFileAt(path, passwordIn(options));
  } catch (error) {
    const isLocked = TandemError.isInstance(error) && error.data.isEncrypted === true;
    const password = isLocked ? await options.askPassword?.(title) : undefined;
    if (password === undefined) throw error;
    options.password = password;
    return opened(path, title, options);
  }
}

function passwordIn({ password }: LoadingState) {
  return password === undefined ? {} : { password };
}

async function filesIn(folder: string): Promise<string[]> {
  const files = await filesBelow(folder);
  if (files.length > 0) return files;
  throw unreadable(
    folder,
    'The folder holds no document.',
    'Give a folder of texts, PDF or Office files.',
  );
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
