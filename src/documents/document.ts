import { hash } from 'node:crypto';
import { pageSpans } from '../algorithms/chunk.ts';
import type { TextSpan } from '../algorithms/text-span.ts';
import type { Label } from '../model/labels.ts';

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
}

/** Makes a document of a text. */
export function documentOf(given: { text: string; title?: string; mediaType?: string; label?: Label }): Document {
  const { text, title = 'document', mediaType = 'text/plain', label = 'extracts' } = given;
  return { id: hash('sha256', text), title, mediaType, text, label, pages: pageSpans(text) };
}

/** Finds the page of an offset, from 1. */
export function pageAt({ pages }: Pick<Document, 'pages'>, offset: number): number {
  return Math.max(1, pages.findIndex(({ start, end }) => offset >= start && offset < end) + 1);
}
