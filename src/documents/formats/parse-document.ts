import { type Document, documentOf } from '../document.ts';
import { decode } from './decode-text.ts';
import { plainTextOf } from './html.ts';
import { docxType, readDocx } from './read-docx.ts';
import { type OnPage, readPdf } from './read-pdf.ts';
import { unreadable } from './unreadable.ts';

/** A file as it came. */
export interface GivenFile {
  readonly bytes: Uint8Array;
  readonly title: string;
  /** What it says it is; what the bytes are has the last word. */
  readonly mediaType: string;
}

/**
 * Reads a document from bytes: PDF, DOCX, HTML, or any text. What it is shows in its first bytes,
 * whatever its name says. @throws TandemError `unreadable_document`, `missing_package`
 */
export async function parseDocument(file: GivenFile, onPage?: OnPage): Promise<Document> {
  const { bytes, title, mediaType } = file;
  if (bytes.length === 0) throw unreadable(title, 'It is empty.', 'Give a file that holds text.');
  const kind = kindOf(bytes);
  if (kind === 'pdf') return readPdf(bytes, title, onPage);
  if (kind === 'docx') return readDocx(bytes, title);
  if (kind === 'office') {
    const why = 'It is an old or an encrypted Office file.';
    throw unreadable(title, why, 'Open it, remove its password, and save it as DOCX, PDF or text.');
  }
  const text = kind === 'zip' ? undefined : decode(bytes);
  if (text === undefined)
    throw unreadable(title, binaryWhy(kind, mediaType), 'Give a text, PDF, DOCX or HTML file.');
  return textDocument({ text, title, mediaType });
}

/**
 * Makes a document of a text that may be HTML. @throws TandemError `unreadable_document` if it is
 * empty
 */
export function textDocument(given: { text: string; title: string; mediaType: string }): Document {
  const { title } = given;
  const isHtml = given.mediaType === 'text/html' || given.mediaType === 'application/xhtml+xml';
  const text = isHtml ? plainTextOf(given.text, { marksHeadings: true }) : given.text;
  if (text.trim() === '') throw unreadable(title, 'It is empty.', 'Give a file that holds text.');
  const isMisnamed = given.mediaType === 'application/pdf' || given.mediaType === docxType;
  return documentOf({ text, title, mediaType: isMisnamed ? 'text/plain' : given.mediaType });
}

type FileKind = 'pdf' | 'docx' | 'zip' | 'office' | 'other';

function kindOf(bytes: Uint8Array): FileKind {
  const head = latin(bytes.subarray(0, 1024));
  if (/^(?:\ufeff|\u00ef\u00bb\u00bf|\s)*%PDF-/.test(head)) return 'pdf';
  if (head.startsWith('PK\u0003\u0004'))
    return latin(bytes).includes('word/document') ? 'docx' : 'zip';
  return head.startsWith('\u00d0\u00cf\u0011\u00e0') ? 'office' : 'other';
}

function binaryWhy(kind: FileKind, mediaType: string): string {
  if (mediaType.startsWith('image/')) return 'It is a picture, not text.';
  return kind === 'zip' ? 'It is an archive, not a document.' : 'It is binary, not text.';
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
