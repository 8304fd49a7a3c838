import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Document } from '../../src/entries/runs.ts';
import { loadDocument, TandemError } from '../../src/index.ts';
import type { EvalResult, EvalRow } from '../result.ts';
import { docxRows, htmlRows } from './table-rows.ts';
import { wordRecall } from './word-recall.ts';

const leastRecall = 0.995;
const shareOfFiles = 0.95;
const leastUnsaid = 0.9;
const shownRows = 5;

/**
 * `npm run evals -- extraction DIR…`: what the readers take out of PDF, DOCX and HTML files, by
 * readers of others: words of PDFs beside those of `pdftotext` (of poppler; PDFTOTEXT names
 * another), rows of tables beside the markup itself. Default: the corpus of the repository.
 */
export async function extractionEval(argv: readonly string[]): Promise<EvalResult> {
  const notes = [
    'Recall: words of `pdftotext` that the text of the page holds too, counted as often.',
    'Said: the page, or the file, is told as unread. Whole: one line has all words of the row.',
  ];
  const dirs = argv.length > 0 ? argv : ['src/documents/formats/corpus'];
  const files = dirs.flatMap(dir => readdirSync(dir).map(name => join(dir, name)));
  const rows = [...(await pdfRows(files)), ...(await tableRows(files))];
  return { eval: 'extraction', notes, rows };
}

interface PdfReading {
  readonly file: string;
  readonly recall: number;
  readonly isSaid: boolean;
  readonly missing: readonly string[];
}

async function pdfRows(files: readonly string[]): Promise<EvalRow[]> {
  const read: PdfReading[] = [];
  for (const file of files.filter(each => extname(each) === '.pdf')) {
    const wanted = pdftotext(file);
    if (wanted === undefined) continue;
    const document = await opened(file);
    const { recall, missing } = wordRecall(wanted, document?.text ?? '');
    const isSaid = document === undefined || document.withoutText !== undefined;
    read.push({ file, recall, isSaid, missing });
  }
  const good = read.filter(({ recall, isSaid }) => recall >= leastRecall || isSaid).length;
  const unsaid = read.filter(({ recall, isSaid }) => recall < leastUnsaid && !isSaid);
  return [
    {
      what: `PDFs with recall of at least ${leastRecall}, or said, of ${read.length}`,
      value: good / read.length,
      wanted: `at least ${shareOfFiles}`,
      isMet: good >= shareOfFiles * read.length,
    },
    {
      what: `PDFs below ${leastUnsaid}, unsaid`,
      value: unsaid.length,
      wanted: 'none',
      isMet: unsaid.length === 0,
    },
    ...read
      .filter(({ recall }) => recall < leastRecall)
      .map(({ file, recall, isSaid, missing }) => ({
        what: `  ${file}${isSaid ? ' (said)' : ''}: ${missing.slice(0, 8).join(' ')}`,
        value: recall,
      })),
  ];
}

async function tableRows(files: readonly string[]): Promise<EvalRow[]> {
  let all = 0;
  const broken: string[] = [];
  for (const file of files) {
    const kind = extname(file);
    if (!/^\.(?:docx|x?html?)$/.test(kind)) continue;
    const bytes = readFileSync(file);
    const document = await opened(file);
    // What a file is called is not what it is.
    if (!document || /docx$/.test(kind) !== /wordprocessingml/.test(document.mediaType)) continue;
    const rows = kind === '.docx' ? docxRows(bytes) : htmlRows(bytes);
    all += rows.length;
    const lines = document.text.split('\n').map(lettersOf);
    const lost = rows.filter(row => !isWhole(row, lines));
    broken.push(...lost.map(row => `${file}: ${row.join(' | ').slice(0, 100)}`));
  }
  return [
    {
      what: `rows of tables that are not whole, of ${all}`,
      value: broken.length,
      wanted: 'none',
      isMet: broken.length === 0,
    },
    ...broken.slice(0, shownRows).map(what => ({ what: `  ${what}`, value: '' })),
  ];
}

function isWhole(row: readonly string[], lines: readonly string[]): boolean {
  const cells = row.map(lettersOf).filter(each => each !== '');
  // A cell alone is a box around a text.
  return cells.length < 2 || lines.some(line => holdsInOrder(line, cells));
}

function lettersOf(text: string): string {
  return text.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '');
}

function holdsInOrder(line: string, parts: readonly string[]): boolean {
  let at = 0;
  for (const part of parts) {
    const found = line.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}

async function opened(file: string): Promise<Document | undefined> {
  try {
    return await loadDocument(file);
  } catch (error) {
    if (TandemError.isInstance(error)) return undefined;
    throw error;
  }
}

function pdftotext(file: string): string | undefined {
  try {
    const program = process.env.PDFTOTEXT ?? 'pdftotext';
    const args = ['-enc', 'UTF-8', '-nodiag', file, '-'];
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return undefined;
    throw new TandemError(
      'invalid_argument',
      'The program "pdftotext" was not found. Install poppler-utils, or name it by PDFTOTEXT.',
      { cause: error },
    );
  }
}
