import { type Heading, headingsIn } from '../algorithms/text/part-spans.ts';
import type { Document } from './document.ts';

const known = new WeakMap<Document, readonly Heading[]>();

/** Finds the headings of a document, once. */
export function headingsOf(document: Document): readonly Heading[] {
  const ready = known.get(document) ?? headingsIn(document.text);
  known.set(document, ready);
  return ready;
}

/** Finds the title of the last heading at or before an offset. */
export function headingAbove(document: Document, offset: number): string | undefined {
  const headings = headingsOf(document);
  let low = 0;
  let high = headings.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (headings[middle]!.start <= offset) low = middle + 1;
    else high = middle;
  }
  return headings[low - 1]?.title;
}
