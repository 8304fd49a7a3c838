import { TandemError } from '../../model/errors.ts';
import { type Document, documentOf, type PlacedLine } from '../document.ts';
import { unreadable } from './unreadable.ts';

/** How far the reading of a document is; pages from 1. */
export type OnPage = (page: number, pages: number) => void;

interface TextItem {
  readonly str: string;
  /** The last two are the lower left corner, in points. */
  readonly transform: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly hasEOL: boolean;
}

const mostPages = 20_000;

/**
 * Reads the text of a PDF page by page, with the place of every line, by the optional package
 * `unpdf`. Cells that stand apart are parted by tabs. @throws TandemError `missing_package`,
 * `unreadable_document`
 */
export async function readPdf(
  bytes: Uint8Array,
  title: string,
  onPage?: OnPage,
): Promise<Document> {
  const { getDocumentProxy } = await loadReader();
  let pdf: Awaited<ReturnType<typeof getDocumentProxy>>;
  try {
    // The reader takes its bytes over: it gets a copy.
    pdf = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
  } catch (error) {
    throw failure(title, error);
  }
  try {
    if (pdf.numPages > mostPages)
      throw unreadable(title, `It has ${pdf.numPages} pages.`, `Split it: ${mostPages} are read.`);
    const writing: PdfLine = { text: '', lines: [] };
    for (let number = 1; number <= pdf.numPages; number++) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      if (number > 1) writing.text += '\f';
      writePage(items as TextItem[], writing);
      page.cleanup();
      onPage?.(number, pdf.numPages);
    }
    return finished(writing, { title, pages: pdf.numPages });
  } catch (error) {
    throw TandemError.isInstance(error) ? error : failure(title, error);
  } finally {
    await pdf.cleanup().catch(() => {});
  }
}

function finished(
  { text, lines }: PdfLine,
  { title, pages }: { title: string; pages: number },
): Document {
  if (text.trim() === '') {
    const what = pages === 1 ? 'Its page is a picture' : `Its ${pages} pages are pictures`;
    throw unreadable(
      title,
      `${what} without text.`,
      'Recognise the text first: ocrmypdf FILE.pdf WITH-TEXT.pdf',
    );
  }
  return documentOf({ text, title, mediaType: 'application/pdf', lines });
}

interface PdfLine {
  text: string;
  readonly lines: PlacedLine[];
}

interface Line {
  text: string;
  readonly x: number;
  readonly y: number;
  right: number;
  height: number;
}

// Parts of a line that stand further apart than so many letters are cells of a table.
const cellGap = 2;
const paragraphGap = 1.75;

function writePage(items: readonly TextItem[], writing: PdfLine): void {
  let before: Line | undefined;
  for (const line of linesOf(items)) {
    if (before) {
      const isParagraph =
        Math.abs(before.y - line.y) > paragraphGap * Math.max(before.height, line.height, 1);
      writing.text += isParagraph ? '\n\n' : '\n';
    }
    const start = writing.text.length;
    writing.text += line.text;
    const { x, y, right, height } = line;
    writing.lines.push({
      start,
      end: writing.text.length,
      x: round(x),
      y: round(y),
      width: round(right - x),
      height: round(height),
    });
    before = line;
  }
  // Each page holds something, so that an empty one at the end is a page too.
  writing.text += '\n';
}

function linesOf(items: readonly TextItem[]): Line[] {
  const lines: Line[] = [];
  for (const item of items) {
    // A form feed ends a page here, whatever the file means by one.
    const words = item.str.replaceAll(/[\f\r\n]/g, ' ');
    if (words === '') continue;
    const line = lines.at(-1);
    const [x = 0, y = 0] = item.transform.slice(4);
    const isSame =
      line !== undefined && Math.abs(line.y - y) < 0.5 * Math.max(line.height, item.height, 1);
    if (isSame) extend(line, { x, words, item });
    else if (words.trim() !== '')
      lines.push({ text: words, x, y, right: x + item.width, height: item.height });
  }
  for (const each of lines) each.text = each.text.trim();
  return lines;
}

interface Placed {
  readonly x: number;
  readonly words: string;
  readonly item: TextItem;
}

function extend(line: Line, placed: Placed): void {
  const { x, words, item } = placed;
  if (words.trim() === '') {
    line.text = `${line.text.trimEnd()} `;
    return;
  }
  const between = joint(line, placed);
  line.text = `${between === '\t' ? line.text.trimEnd() : line.text}${between}${words}`;
  line.right = Math.max(line.right, x + item.width);
  line.height = Math.max(line.height, item.height);
}

function joint(line: Line, { x, words, item }: Placed): string {
  const gap = x - line.right;
  const letter = item.width > 0 ? item.width / words.length : item.height / 2;
  if (gap > cellGap * letter || gap < -line.height) return '\t';
  return gap > 0.2 * letter && !/\s$/.test(line.text) ? ' ' : '';
}

function round(points: number): number {
  return Math.round(points * 10) / 10;
}

async function loadReader(): Promise<typeof import('unpdf')> {
  try {
    return await import('unpdf');
  } catch (error) {
    throw new TandemError(
      'missing_package',
      'Reading PDF needs a package: npm install unpdf. Or convert the file to text.',
      {
        cause: error,
        data: { package: 'unpdf' },
      },
    );
  }
}

function failure(title: string, error: unknown): TandemError {
  const name = error instanceof Error ? error.name : '';
  if (name === 'PasswordException') {
    return unreadable(
      title,
      'It is encrypted.',
      'Save it without a password: qpdf --decrypt FILE.pdf OPEN.pdf',
      error,
    );
  }
  return unreadable(
    title,
    'The PDF is broken.',
    'Open and save it anew, or run: qpdf FILE.pdf MENDED.pdf',
    error,
  );
}
