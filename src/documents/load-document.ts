import { readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { TandemError } from '../model/errors.ts';
import { type Document, documentOf } from './document.ts';
import { plainTextOf } from './html.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  '.txt': 'text/plain',
  '.log': 'text/plain',
  '.md': 'text/markdown',
  '.markdown': 'text/markdown',
  '.csv': 'text/csv',
  '.tsv': 'text/tab-separated-values',
  '.json': 'application/json',
  '.jsonl': 'application/jsonl',
  '.html': 'text/html',
  '.htm': 'text/html',
  '.xml': 'text/xml',
};

const converters: Readonly<Record<string, string>> = {
  '.pdf': 'Convert it first: pdftotext FILE.pdf FILE.txt',
  '.docx': 'Convert it first: pandoc FILE.docx -t plain -o FILE.txt',
  '.doc': 'Save it as text first.',
  '.xlsx': 'Save its sheets as CSV first.',
  '.pptx': 'Save it as text first.',
  '.odt': 'Convert it first: pandoc FILE.odt -t plain -o FILE.txt',
};

const mostBytes = 64 * 1024 * 1024;

/** Reads a text document from disk. @throws TandemError `unreadable_document` that says why and what to do */
export async function loadDocument(path: string): Promise<Document> {
  const extension = extname(path).toLowerCase();
  if (Object.hasOwn(converters, extension)) {
    throw unreadable(path, `${extension.slice(1).toUpperCase()} files are not read yet.`, converters[extension]!);
  }
  const bytes = await readBytes(path);
  const text = decode(bytes);
  if (text === undefined) throw unreadable(path, 'It is binary, not text.', 'Give a text file.');
  const mediaType = mediaTypes[extension] ?? 'text/plain';
  const plain = mediaType === 'text/html' ? plainTextOf(text) : text;
  if (plain.trim() === '') throw unreadable(path, 'It is empty.', 'Give a file that holds text.');
  return documentOf({ text: plain, title: basename(path), mediaType });
}

/** Decodes bytes as UTF-8, or UTF-16 with a mark; `undefined` if they are no text. */
export function decode(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  // A PDF may hold no zero byte for long, and its header is plain ASCII.
  if (isPdf(bytes)) return undefined;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.subarray(0, 8192).includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Older files are often in Latin-1, in which every byte is a character; control characters betray a binary.
    const text = new TextDecoder('windows-1252').decode(bytes);
    return isMostlyText(text) ? text : undefined;
  }
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) throw unreadable(path, 'It is a folder.', 'Give its files one by one.');
    if (facts.size > mostBytes)
      throw unreadable(path, `It has ${facts.size} bytes, more than ${mostBytes}.`, 'Split it.');
    return await readFile(path);
  } catch (error) {
    if (TandemError.isInstance(error)) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'There is no such file.' : `It cannot be opened (${code}).`;
    throw unreadable(path, why, 'Check the path and its permissions.');
  }
}

function isPdf(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 5)) === '%PDF-';
}

function isMostlyText(text: string): boolean {
  const sample = text.slice(0, 4096);
  let strange = 0;
  for (const letter of sample) {
    const code = letter.codePointAt(0)!;
    if (code < 32 && !(code >= 9 && code <= 13)) strange++;
  }
  return strange <= sample.length / 100;
}

function unreadable(path: string, why: string, advice: string): TandemError {
  return new TandemError('unreadable_document', `The document "${path}" cannot be read. ${why} ${advice}`, {
    data: { document: basename(path) },
  });
}
