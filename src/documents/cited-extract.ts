import { locateQuote } from '../algorithms/text/locate-quote.ts';
import type { TextSpan } from '../algorithms/text/text-span.ts';
import type { Source } from '../model/types.ts';
import { type Document, isPaged, pageAt } from './document.ts';
import { headingAbove } from './headings.ts';

/** A quote that was found in its document, and may be released and cited. */
export interface CitedExtract extends TextSpan {
  /** By which answers refer to it. */
  readonly id: string;
  /** The words of the document, from `start` to `end`. */
  readonly text: string;
  readonly document: Document;
  /** What a worker made of it, if that says more than the words. */
  readonly note?: string;
  /** What a pattern says of it, such as from when it holds. */
  readonly remark?: string;
  /** The head of the table that it is a row of. */
  readonly under?: string;
}

/** A chunk of a document: where a worker's quotes must be found. */
export interface Passage extends TextSpan {
  readonly document: Document;
  readonly text: string;
  /** The heading above it, or the head of its table: shown to workers, never quoted. */
  readonly context?: string;
}

/**
 * Finds a worker's quote in the passage it read; `undefined` if it is not there: then it was made
 * up.
 */
export function checkQuote(passage: Passage, quote: string): Omit<CitedExtract, 'id'> | undefined {
  const found = locateQuote(passage.text, quote);
  if (!found) return undefined;
  const { document } = passage;
  const start = passage.start + found.start;
  const end = passage.start + found.end;
  return { start, end, text: document.text.slice(start, end), document };
}

/**
 * Makes the source part of an extract, with its page and offsets, so that a citation can be opened
 * and checked.
 */
export function sourceOf(extract: CitedExtract): Source {
  const { document, start, end } = extract;
  const boxes = boxesOf(document, { start, end });
  return {
    type: 'source',
    sourceType: 'document',
    id: extract.id,
    mediaType: document.mediaType,
    title: document.title,
    filename: document.title,
    providerMetadata: {
      tandem: {
        document: document.id,
        start,
        end,
        ...placeOf(document, start),
        quote: extract.text,
        ...(boxes.length > 0 && { boxes }),
      },
    },
  };
}

/** Where a citation stands, in the words of its format. */
export interface CitedPlace {
  /** From 1, where the format knows pages. */
  readonly page?: number;
  /** From 1, where it knows none. */
  readonly line?: number;
  /** The heading above it. */
  readonly heading?: string;
}

/** Says where an offset stands: its page; where there are none its line, and the heading above. */
export function placeOf(document: Document, start: number): CitedPlace {
  if (isPaged(document)) return { page: pageAt(document, start) };
  const { text } = document;
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < start; at = text.indexOf('\n', at + 1)) line++;
  const heading = headingAbove(document, start);
  return { line, ...(heading && { heading: heading.slice(0, longestHeading) }) };
}

const longestHeading = 120;

// Where the quote can be marked on the pages of a PDF: its lines, in points.
function boxesOf(document: Document, { start, end }: TextSpan) {
  const touched = (document.lines ?? [])
    .filter(line => line.start < end && line.end > start)
    .slice(0, 40);
  return touched.map(({ x, y, width, height, start: at }) => ({
    page: pageAt(document, at),
    x,
    y,
    width,
    height,
  }));
}
