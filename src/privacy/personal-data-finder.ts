import type { MaskedSpan } from '../model/run/ports.ts';

/**
 * Finds what is to be masked beside what the built-in detectors find: for `personalDataMasker({
 * more })`. One that throws denies the call.
 */
export type PersonalDataFinder = (
  text: string,
  options?: { readonly signal?: AbortSignal },
) => readonly MaskedSpan[] | Promise<readonly MaskedSpan[]>;

/** How a long text is read: in pieces of so many characters that share some. */
export interface Pieces {
  readonly length: number;
  readonly overlap: number;
}

/** Finds in a text piece by piece, one after the other. */
export async function inPieces(
  text: string,
  { length, overlap }: Pieces,
  find: (piece: string) => Promise<readonly MaskedSpan[]>,
): Promise<MaskedSpan[]> {
  const found: MaskedSpan[] = [];
  for (let at = 0; at === 0 || at + overlap < text.length; ) {
    const end = endOfPiece(text, at + length, at + overlap);
    for (const { start, end: until, kind } of await find(text.slice(at, end)))
      found.push({ start: at + start, end: at + until, kind });
    at = end < text.length ? end - overlap : text.length;
  }
  return found;
}

// A piece ends between words where there are any, and never inside a character.
function endOfPiece(text: string, most: number, least: number): number {
  if (most >= text.length) return text.length;
  const space = text.lastIndexOf(' ', most);
  if (space > least && space > most - 200) return space;
  const last = text.charCodeAt(most - 1);
  return last >= 0xd800 && last <= 0xdbff ? most - 1 : most;
}
