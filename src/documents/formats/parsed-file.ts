import type { PlacedLine } from '../document.ts';

/** A file as it came. */
export interface GivenFile {
  readonly bytes: Uint8Array;
  readonly title: string;
  /** What it says it is; what the bytes are has the last word. */
  readonly mediaType: string;
}

/** How far the reading of a document is; pages from 1. */
export type OnPage = (page: number, pages: number) => void;

/** What the reading of a file may need. */
export interface Parsing {
  readonly onPage?: OnPage;
  /** Opens an encrypted PDF. */
  readonly password?: string;
}

/** What was read of a file: plain data, so that it can be read on another thread. */
export interface ParsedFile {
  readonly text: string;
  readonly title: string;
  readonly mediaType: string;
  /** Where the lines of a PDF stand on their pages. */
  readonly lines?: readonly PlacedLine[];
  /** What a reader should know of how it was read. */
  readonly notes?: readonly string[];
  /** Files within it, such as those of a mail, which are documents of their own. */
  readonly attachments?: readonly GivenFile[];
}
