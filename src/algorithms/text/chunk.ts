/**
 * Cuts a text into chunks with exact spans. Units (pages, paragraphs, sentences, lines) are packed
 * in order until a chunk is full; a unit longer than a chunk is cut. Spans cover the whole text:
 * what each chunk adds after the end of the one before it, joined, is the text again.
 */
import { entrySpans, rowSpans, sectionSpans, symbolSpans } from './part-spans.ts';
import { sentenceSpans } from './sentences.ts';
import {
  cutBefore,
  isInsidePair,
  isSpace,
  spansBetween,
  spansFrom,
  type TextSpan,
} from './text-span.ts';

/** A part of a text: `text === source.slice(start, end)`. */
export interface Chunk extends TextSpan {
  /** Position among the chunks, from 0. */
  readonly index: number;
  readonly text: string;
}

/** How large chunks are. */
export interface ChunkSize {
  /**
   * Most characters of a chunk, overlap included; at least 2. Default: 3000 (chunks of MINIONS);
   * pages: no limit.
   */
  readonly maxCharacters?: number;
  /**
   * Most characters repeated from the end of the chunk before; at most half of a chunk. Default: 0.
   */
  readonly overlap?: number;
}

/** Where pages start. */
export interface PageMarks {
  /**
   * Text that stands at the start of each page, such as `/^Page \d+$/m`. Default: pages end with a
   * form feed.
   */
  readonly marker?: string | RegExp;
}

const defaultCharacters = 3000;

/**
 * Cuts by page: a chunk never goes on into the next page; a page over the limit becomes several
 * chunks.
 */
export function chunkByPage(
  text: string,
  options: ChunkSize & PageMarks & { readonly pages?: readonly TextSpan[] } = {},
): Chunk[] {
  const pages = options.pages ?? pageSpans(text, options);
  return pack(text, pages, {
    ...options,
    maxCharacters: options.maxCharacters ?? Infinity,
    isApart: true,
  });
}

/** Packs paragraphs, which end with blank lines. */
export function chunkByParagraph(text: string, size: ChunkSize = {}): Chunk[] {
  return pack(text, spansBetween(text, /\n[ \t\r]*\n\s*|\f\s*/g), size);
}

/** Packs sentences. */
export function chunkBySentence(text: string, size: ChunkSize = {}): Chunk[] {
  return pack(text, sentenceSpans(text), size);
}

/** Packs sections: each starts at a heading; one that is longer than a chunk is cut. */
export function chunkBySection(text: string, size: ChunkSize = {}): Chunk[] {
  return pack(text, sectionSpans(text), size);
}

/** Packs rows of a table; line breaks within quotation marks end none. */
export function chunkByRow(text: string, size: ChunkSize = {}): Chunk[] {
  return pack(text, rowSpans(text), size);
}

/**
 * Packs entries of a log: a line with its time or level, and the lines that go on with it, such as
 * a stack trace.
 */
export function chunkByEntry(text: string, size: ChunkSize = {}): Chunk[] {
  return pack(text, entrySpans(text), size);
}

/** Packs symbols of source code: a top-level declaration with the comment above it. */
export function chunkBySymbol(text: string, size: ChunkSize = {}): Chunk[] {
  return pack(text, symbolSpans(text), size);
}

/** The ways to cut a text by characters. */
export const chunkerByUnit = {
  page: chunkByPage,
  section: chunkBySection,
  paragraph: chunkByParagraph,
  sentence: chunkBySentence,
  line: chunkByLine,
  row: chunkByRow,
  entry: chunkByEntry,
  symbol: chunkBySymbol,
} as const satisfies Record<string, (text: string, size?: ChunkSize) => Chunk[]>;

/** A way to cut a text. */
export type ChunkUnit = keyof typeof chunkerByUnit;

/** Packs lines, such as those of a log. */
export function chunkByLine(text: string, size: ChunkSize = {}): Chunk[] {
  return pack(text, spansBetween(text, /\n/g), size);
}

/** Finds the pages of a text; a text without marks is one page. */
export function pageSpans(text: string, marks: PageMarks = {}): TextSpan[] {
  if (marks.marker === undefined) return spansBetween(text, /\f/g);
  const { marker } = marks;
  const starts = typeof marker === 'string' ? startsOf(text, marker) : matchStarts(text, marker);
  return spansFrom(starts, text.length);
}

function startsOf(text: string, marker: string): number[] {
  const starts: number[] = [];
  if (marker === '') return starts;
  for (let at = text.indexOf(marker); at >= 0; at = text.indexOf(marker, at + marker.length))
    starts.push(at);
  return starts;
}

function matchStarts(text: string, marker: RegExp): number[] {
  const every = new RegExp(
    marker.source,
    marker.flags.includes('g') ? marker.flags : `${marker.flags}g`,
  );
  return Array.from(text.matchAll(every), match => match.index);
}

interface Packing {
  readonly chunks: Chunk[];
  readonly most: number;
  readonly overlap: number;
  /** Start and end of what the chunk being filled adds to the ones before. */
  start: number;
  end: number;
}

function pack(
  text: string,
  units: readonly TextSpan[],
  size: ChunkSize & { readonly isApart?: boolean },
): Chunk[] {
  const most = Math.max(2, Math.floor(size.maxCharacters ?? defaultCharacters) || 2);
  const overlap = Math.max(
    0,
    Math.min(Math.floor(size.overlap ?? 0) || 0, Math.floor(most / 2), most - 2),
  );
  const packing: Packing = { chunks: [], most, overlap, start: 0, end: 0 };
  for (const unit of units) {
    if (size.isApart || unit.end - packing.start > roomOf(packing)) close(text, packing);
    // The last piece of a long unit stays open, so that what follows can join it.
    while (unit.end - packing.start > roomOf(packing)) {
      packing.end = cutBefore(text, packing.start, packing.start + roomOf(packing));
      close(text, packing);
    }
    packing.end = unit.end;
  }
  close(text, packing);
  return packing.chunks;
}

function roomOf({ chunks, most, overlap }: Packing): number {
  return chunks.length === 0 ? most : most - overlap;
}

function close(text: string, packing: Packing): void {
  const { chunks, start, end, overlap } = packing;
  if (end <= start) return;
  const from = chunks.length === 0 ? start : overlapStart(text, start, overlap);
  chunks.push({ index: chunks.length, start: from, end, text: text.slice(from, end) });
  packing.start = end;
}

// Starts at a word where there is one, so that the repeated part reads well.
function overlapStart(text: string, start: number, overlap: number): number {
  const earliest = start - overlap;
  if (overlap === 0) return start;
  for (let at = earliest; at < start; at++)
    if (at === 0 || isSpace(text.charCodeAt(at - 1))) return at;
  return isInsidePair(text, earliest) ? earliest + 1 : earliest;
}
