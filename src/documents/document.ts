import { pageSpans } from '../algorithms/text/chunk.ts';
import type { TextSpan } from '../algorithms/text/text-span.ts';
import { nodeCrypto } from '../model/node-crypto.ts';
import type { Label } from '../model/run/labels.ts';

/** A text with its pages, known by the hash of its content. */
export interface Document {
  /** SHA-256 of the text, in hexadecimal. */
  readonly id: string;
  readonly title: string;
  readonly mediaType: string;
  readonly text: string;
  /** What may leave of it. Default: extracts. */
  readonly label: Label;
  /** Spans of the pages, which form feeds end; one for a text without any. */
  readonly pages: readonly TextSpan[];
  /**
   * Pages (from 1) that hold no text, such as scans. They are reported as unread. Absent if there
   * are none.
   */
  readonly withoutText?: readonly number[];
  /** Where the lines of a PDF stand on their pages; absent where the format knows no places. */
  readonly lines?: readonly PlacedLine[];
}

/** A line of text with its place on a page, in points (1/72 inch) from the lower left corner. */
export interface PlacedLine extends TextSpan {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a document is made of. */
export interface DocumentParts extends Pick<Document, 'text'> {
  readonly title?: string;
  readonly mediaType?: string;
  readonly label?: Label;
  readonly lines?: readonly PlacedLine[];
}

/** Makes a document of a text; its pages end with form feeds. */
export function documentOf(given: DocumentParts): Document {
  const { text, title = 'document', mediaType = 'text/plain', label = 'extracts', lines } = given;
  const pages = pageSpans(text);
  const isPaged = pages.length > 1 || mediaType === 'application/pdf';
  const withoutText = isPaged ? emptyPages(text, pages) : [];
  return {
    id: nodeCrypto().hash('sha256', text),
    title,
    mediaType,
    text,
    label,
    pages,
    ...(withoutText.length > 0 && { withoutText }),
    ...(lines && { lines }),
  };
}

/** Finds the page of an offset, from 1. */
export function pageAt({ pages }: Pick<Document, 'pages'>, offset: number): number {
  let low = 0;
  let high = pages.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pages[middle]!.end <= offset) low = middle + 1;
    else high = middle;
  }
  return Math.max(1, low + 1);
}

function emptyPages(text: string, pages: readonly TextSpan[]): number[] {
  return pages.flatMap(({ start, end }, index) =>
    /\S/.test(text.slice(start, end)) ? [] : [index + 1],
  );
}
