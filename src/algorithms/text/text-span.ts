/** A stretch of a text, as offsets into its string: `text.slice(start, end)`. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** Narrows a span to what is left without white space at its ends; an empty span if nothing is. */
export function trimSpan(text: string, span: TextSpan): TextSpan {
  let { start, end } = span;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return { start, end };
}

/**
 * Cuts a span into pieces of at most `maxCharacters`, at white space where there is some near the
 * limit, and never inside a surrogate pair. The pieces join without a gap. A limit below 2 counts
 * as 2, the length of such a pair.
 */
export function cutSpan(text: string, span: TextSpan, maxCharacters: number): TextSpan[] {
  const most = Math.max(2, Math.floor(maxCharacters) || 2);
  const pieces: TextSpan[] = [];
  let start = span.start;
  while (span.end - start > most) {
    const end = cutBefore(text, start, start + most);
    pieces.push({ start, end });
    start = end;
  }
  if (start < span.end) pieces.push({ start, end: span.end });
  return pieces;
}

/**
 * Finds the last good place to cut at or before `limit`, always after `start`; needs `limit >=
 * start + 2`.
 */
export function cutBefore(text: string, start: number, limit: number): number {
  // A fifth of the piece is looked at: enough for a word, and it bounds the loss of room.
  const earliest = limit - Math.floor((limit - start) / 5);
  for (let at = limit; at > earliest; at--) if (isSpace(text.charCodeAt(at - 1))) return at;
  return isInsidePair(text, limit) ? limit - 1 : limit;
}

/** Tells whether an offset lies between the two halves of a surrogate pair. */
export function isInsidePair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}

/** Tells whether a UTF-16 unit is white space (what `trim` removes). */
export function isSpace(unit: number): boolean {
  if (unit < 128) return unit === 32 || (unit >= 9 && unit <= 13);
  return (
    unit === 0xa0 || unit === 0xfeff || (unit >= 0x1680 && /\s/.test(String.fromCharCode(unit)))
  );
}

/** Cuts a text after every match of a separator; the spans join without a gap. */
export function spansBetween(text: string, separator: RegExp): TextSpan[] {
  return spansFrom(
    Array.from(text.matchAll(separator), match => match.index + match[0].length),
    text.length,
  );
}

/** Makes spans that begin at these offsets (in order), and at 0; they join without a gap. */
export function spansFrom(starts: readonly number[], length: number): TextSpan[] {
  const spans: TextSpan[] = [];
  let start = 0;
  for (const next of [...starts, length]) {
    if (next > start) spans.push({ start, end: next });
    start = Math.max(start, next);
  }
  return spans;
}
