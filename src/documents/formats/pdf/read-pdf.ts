import { TandemError } from '../../../model/errors.ts';
import { isUsable, type PlacedLine } from '../../document.ts';
import type { GivenFile, ParsedFile, Parsing } from '../parsed-file.ts';
import { unreadable } from '../unreadable.ts';
import { type Annotation, addAnnotations } from './annotations.ts';
import { type DrawnPage, type Operators, wordsShown } from './appearances.ts';
import { CharacterMaps } from './character-maps.ts';
import { inColumns } from './columns.ts';
import { fragmentsOf, type TextItem } from './fragments.ts';
import { withPlainGlyphNames } from './glyph-names.ts';
import { type Layers, layersOff, withoutLayersOff } from './layers.ts';
import { closedUp, type Line, linesOf, round, textOfLine } from './lines.ts';
import { pdfFailure, whyUnusable, whyWithoutText } from './pdf-failure.ts';
import { joinRows, unwoven, withoutLineNumbers } from './rows.ts';
import { withRuledRows } from './ruled.ts';
import { type SetPage, setApart } from './running-lines.ts';
import { requireBoundedStreams } from './stream-bounds.ts';
import { withTicks } from './ticks.ts';
import { boxOnPage, type Turn, turnOfMost, upright, uprightBox } from './turned.ts';
import { drawnOn } from './unseen-text.ts';
import { withWrappedRows } from './wrapped-rows.ts';

const mostPages = 20_000;
// A dense page of small print has some thousands.
const mostItems = 100_000;

// To draw a page takes as long as to read it.
const mostDrawn = 100;

/**
 * Reads the text of a PDF page by page, with the place of every line: cells that stand apart are
 * parted by tabs, values of forms stand beside their labels, running heads and feet apart from what
 * they would cut in two. @throws TandemError `unreadable_document`
 */
export async function readPdf(
  { bytes, title }: GivenFile,
  { onPage, password }: Parsing = {},
): Promise<ParsedFile> {
  requireBoundedStreams(bytes, title);
  const { getDocumentProxy } = await import('unpdf');
  let pdf: Awaited<ReturnType<typeof getDocumentProxy>>;
  try {
    // The reader takes its bytes over: it gets a copy.
    pdf = await getDocumentProxy(withPlainGlyphNames(new Uint8Array(bytes)), {
      verbosity: 0,
      cMapPacked: true,
      cMapUrl: '/',
      BinaryDataFactory: CharacterMaps,
      ...(password !== undefined && { password }),
    });
  } catch (error) {
    throw pdfFailure(title, error, password !== undefined);
  }
  try {
    if (pdf.numPages === 0)
      throw unreadable(title, 'It has no pages.', 'Give a PDF that holds text.');
    if (pdf.numPages > mostPages)
      throw unreadable(title, `It has ${pdf.numPages} pages.`, `Split it: ${mostPages} are read.`);
    const pages: Line[][] = [];
    const turns: Turn[] = [];
    const unseen: number[] = [];
    const layers = (await pdf.getOptionalContentConfig().catch(() => null)) as Layers | null;
    const off = layersOff(layers);
    for (let number = 1; number <= pdf.numPages; number++) {
      const {
        lines: found,
        turn,
        isUnseen,
      } = await linesOfPage(pdf, number, off.length > 0 ? layers : null);
      unseen.push(...(isUnseen ? [number] : []));
      pages.push(found);
      turns.push(turn);
      onPage?.(number, pdf.numPages);
    }
    const { text, lines } = written(setApart(pages), turns);
    if (text.trim() === '') throw unreadable(title, ...whyWithoutText(pdf.numPages));
    if (!text.split('\f').some(isUsable)) throw unreadable(title, ...whyUnusable);
    const attachments = await attachmentsIn(pdf);
    return {
      ...{ text, lines, title, mediaType: 'application/pdf', attachments },
      ...notesOn(off, unseen),
    };
  } catch (error) {
    throw TandemError.isInstance(error) ? error : pdfFailure(title, error, password !== undefined);
  } finally {
    await pdf.cleanup().catch(() => {});
  }
}

function notesOn(off: readonly string[], unseen: readonly number[]): { notes?: string[] } {
  const named = (all: readonly (string | number)[]) => all.slice(0, 20).join(', ');
  const notes: string[] = [];
  if (off.length > 0) notes.push(`Layers that are switched off were not read: ${named(off)}.`);
  if (unseen.length > 0)
    notes.push(
      'Text that nobody sees on its page (in the colour of the ground, under a bar, too small or ' +
        `not drawn) was read: page ${named(unseen)}.`,
    );
  return notes.length > 0 ? { notes } : {};
}

type Pdf = Awaited<ReturnType<typeof import('unpdf')['getDocumentProxy']>>;
type PdfPage = Awaited<ReturnType<Pdf['getPage']>>;

async function linesOfPage(pdf: Pdf, number: number, layers: Layers | null) {
  const page = await pdf.getPage(number);
  const found = await itemsOf(page);
  const drawn = page as DrawnPage;
  const items = layers
    ? await withoutLayersOff(found, drawn, { layers, operators: await operators() }).catch(
        () => found,
      )
    : found;
  const turn = turnOfMost(items);
  // What stands beside a page must not keep the page from being read.
  const beside = (await page.getAnnotations().catch(() => [])) as Annotation[];
  const isForm = beside.some(({ fieldType }) => fieldType);
  const plain = { isUnseen: false, rules: [], ticks: [] };
  const { isUnseen, rules, ticks } =
    number <= mostDrawn ? await drawnOn(drawn, await operators()).catch(() => plain) : plain;
  const rows = withRuledRows(
    withTicks(
      fragmentsOf(upright(items, turn)),
      ticks.map(({ box, text }) => ({ box: uprightBox(box, turn), text })),
    ),
    (isForm ? [] : rules).map(each => uprightBox(each, turn)),
    others => withWrappedRows(linesOf(others).map(closedUp)),
  );
  const lines = withoutLineNumbers(joinRows(unwoven(downwards(rows))));
  const annotations = beside.map(each => ({
    ...each,
    ...(each.rect && { rect: uprightBox(each.rect, turn) }),
  }));
  const shown = await wordsShown(drawn, beside, operators).catch(() => undefined);
  page.cleanup();
  return { lines: inColumns(addAnnotations(lines, annotations, shown)), turn, isUnseen };
}

// Some programs write a page from its foot to its head.
function downwards(lines: readonly Line[]): readonly Line[] {
  const isUpwards = lines.every(({ y }, at) => at === 0 || y > lines[at - 1]!.y);
  return isUpwards && lines.length > 2 ? lines.toReversed() : lines;
}

async function operators(): Promise<Operators> {
  const { getResolvedPDFJS } = await import('unpdf');
  return (await getResolvedPDFJS()).OPS as Operators;
}

// A page of too many items is taken to its end, since its reader cannot be left in the middle, and
// given up. The other pages are read.
async function itemsOf(page: PdfPage): Promise<TextItem[]> {
  const items: TextItem[] = [];
  // What is joined letters, such as a ligature, is taken apart when its line is in reading order.
  const pieces = page.streamTextContent({ disableNormalization: true });
  let count = 0;
  for await (const piece of pieces as AsyncIterable<{ items: TextItem[] }>) {
    count += piece.items.length;
    if (count <= mostItems) items.push(...piece.items);
  }
  return count > mostItems ? [] : items;
}

// What is attached and cannot be had must not keep the text from being read.
async function attachmentsIn(pdf: Pdf): Promise<GivenFile[]> {
  const named = await pdf.getAttachments().catch(() => null);
  const files: GivenFile[] = [];
  for (const [id, { filename }] of named ?? []) {
    const content = await pdf.getAttachmentContent(id).catch(() => null);
    if (content instanceof Uint8Array)
      files.push({ bytes: content, title: filename || id, mediaType: 'application/octet-stream' });
  }
  return files;
}

interface PdfText {
  text: string;
  readonly lines: PlacedLine[];
}

function written(pages: readonly SetPage[], turns: readonly Turn[]): PdfText {
  const writing: PdfText = { text: '', lines: [] };
  for (const [index, { head, body, foot }] of pages.entries()) {
    if (index > 0) writing.text += '\f';
    const groups = [head, body, foot].filter(lines => lines.length > 0);
    for (const [place, lines] of groups.entries()) {
      if (place > 0) writing.text += '\n\n';
      writeLines(lines, writing, turns[index]!);
    }
    // Each page holds something, so that an empty one at the end is a page too.
    writing.text += '\n';
  }
  return writing;
}

const paragraphGap = 1.75;

function writeLines(lines: readonly Line[], writing: PdfText, turn: Turn): void {
  let before: Line | undefined;
  for (const line of lines) {
    const words = textOfLine(line);
    if (words === '') continue;
    if (before) {
      const isParagraph =
        Math.abs(before.y - (line.top ?? line.y)) >
        paragraphGap * Math.max(before.size, line.size, 1);
      writing.text += isParagraph ? '\n\n' : '\n';
    }
    const start = writing.text.length;
    writing.text += words;
    const [x = 0, y = 0, right = 0, top = 0] = boxOnPage(line, turn);
    writing.lines.push({
      ...{ start, end: writing.text.length, x: round(x), y: round(y) },
      ...{ width: round(right - x), height: round(top - y) },
    });
    before = line;
  }
}
