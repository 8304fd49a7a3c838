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
  /** What a reader should know of how it was read, such as a charset that was guessed. */
  readonly notes?: readonly string[];
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
  readonly lines?: readonly PlacedLine[] | undefined;
  readonly notes?: readonly string[];
}

/** Makes a document of a text; its pages end with form feeds. */
export function documentOf(given: DocumentParts): Document {
  const { text, title = 'document', mediaType = 'text/plain', label = 'extracts' } = given;
  const { lines, notes = [] } = given;
  const pages = pageSpans(text);
  const withoutText = isPaged({ pages, mediaType }) ? unusablePages(text, pages) : [];
  return {
    id: nodeCrypto().hash('sha256', text),
    title,
    mediaType,
    text,
    label,
    pages,
    ...(withoutText.length > 0 && { withoutText }),
    ...(lines && { lines }),
    ...(notes.length > 0 && { notes }),
  };
}

const pagedTypes = /^application\/(?:pdf|vnd\.(?:oasis|openxmlformats).*presentation)/;

/** Tells whether a document knows pages. */
export function isPaged({ pages, mediaType }: Pick<Document, 'pages' | 'mediaType'>): boolean {
  return pages.length > 1 || pagedTypes.test(mediaType);
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

// Pages without text, such as scans, and those whose fonts do not say which letters they show.
function unusablePages(text: string, pages: readonly TextSpan[]): number[] {
  return pages.flatMap(({ start, end }, index) =>
    isUsable(text.slice(start, end)) ? [] : [index + 1],
  );
}

const leastLetters = 0.4;
const mostLost = 0.1;
const shortText = 24;

/** Tells whether a text can be read: enough of it are letters and numbers. */
export function isUsable(text: string): boolean {
  // Dots that lead to a number, and lines that are drawn, say nothing of the fonts.
  const solid = text.replace(/\s+/g, '').replace(/([^\p{L}\p{N}])\1{2,}/gu, '');
  if (solid === '') return false;
  if (solid.length < shortText) return !/^[\p{Co}\ufffd\p{Cc}]+$/u.test(solid);
  const letters = solid.match(/[\p{L}\p{M}\p{N}]/gu)?.length ?? 0;
  const lost = text.match(/\ufffd/g)?.length ?? 0;
  if (lost > mostLost * letters) return false;
  return letters >= leastLetters * [...solid].length && !isJumbled(text, letters);
}

const alphabets = (
  'Latin Greek Cyrillic Armenian Hebrew Arabic Syriac Thaana Devanagari Bengali Gurmukhi ' +
  'Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala Thai Lao Tibetan Myanmar Georgian Ethiopic'
)
  .split(' ')
  .map(name => `\\p{Script=${name}}`);
const wordsOf = alphabets.map(one => `[${one}\\p{M}]+`);
const ofOneAlphabet = new RegExp(`^(?:${wordsOf.join('|')})$`, 'u');
const eachAlphabet = alphabets.map(one => new RegExp(one, 'u'));
const beyondLatin = /[\u0370-\uffff]/;
const mostJumbled = 0.4;

// Fonts that number their letters as they like give words of several alphabets, or of letters that
// few languages have.
function isJumbled(text: string, letters: number): boolean {
  let jumbled = text.match(/(?![ƏƒƠơƯưǍ-ǜȘ-ț])[\u0180-\u024f]/g)?.length ?? 0;
  const words = beyondLatin.test(text) ? (text.match(/[\p{L}\p{M}]+/gu) ?? []) : [];
  for (const word of words) {
    if (!beyondLatin.test(word) || ofOneAlphabet.test(word)) continue;
    if (eachAlphabet.filter(one => one.test(word)).length > 1) jumbled += word.length;
  }
  return jumbled > mostJumbled * letters;
}
