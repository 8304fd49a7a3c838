import { chunkerByUnit } from '../algorithms/text/chunk.ts';
import { chunkByTokens, type TokenCounter } from '../algorithms/text/chunk-by-tokens.ts';
import { type Heading, rowSpans } from '../algorithms/text/part-spans.ts';
import type { TextSpan } from '../algorithms/text/text-span.ts';
import type { Passage } from './cited-extract.ts';
import type { Cutting } from './cutting.ts';
import type { Document } from './document.ts';
import { headingsOf } from './headings.ts';

const defaultCharacters = 3000;
const kept = 32;
const spansByCutting = new Map<string, readonly TextSpan[]>();

/**
 * Cuts documents into passages with exact anchors. Each knows the heading above it, or the head of
 * its table. What was cut before, in this process, is not cut again.
 */
export function passagesOf(
  documents: readonly Document[],
  cutting: Cutting,
  count?: TokenCounter,
): Passage[] {
  return documents.flatMap(document => {
    const contextAt = contextsOf(document);
    return spansOf(document, cutting, count).map(({ start, end }) => {
      const context = contextAt(start);
      return {
        start,
        end,
        text: document.text.slice(start, end),
        document,
        ...(context && { context }),
      };
    });
  });
}

function spansOf(document: Document, cutting: Cutting, count?: TokenCounter): readonly TextSpan[] {
  // A counter has no name to be known by: what it cuts is not kept.
  const key = count ? undefined : `${document.id} ${JSON.stringify(cutting)}`;
  const known = key === undefined ? undefined : spansByCutting.get(key);
  const spans = known ?? cut(document, cutting, count).map(({ start, end }) => ({ start, end }));
  if (key === undefined) return spans;
  spansByCutting.delete(key);
  spansByCutting.set(key, spans);
  if (spansByCutting.size > kept) spansByCutting.delete(spansByCutting.keys().next().value!);
  return spans;
}

function cut(
  { text, pages }: Document,
  cutting: Cutting,
  count?: TokenCounter,
): readonly TextSpan[] {
  const { by, overlap = 0 } = cutting;
  if (by === 'tokens') {
    const maxTokens = cutting.tokens ?? 750;
    return chunkByTokens(text, {
      maxTokens,
      overlapTokens: Math.floor(overlap * maxTokens),
      ...(count && { count }),
    });
  }
  const maxCharacters = cutting.characters ?? defaultCharacters;
  const size = { maxCharacters, overlap: Math.floor(overlap * maxCharacters) };
  return by === 'page'
    ? chunkerByUnit.page(text, { ...size, pages })
    : chunkerByUnit[by](text, size);
}

const longestContext = 300;

// A chunk begins in the middle of things: what stands above it says what its figures are about.
function contextsOf(document: Document): (start: number) => string | undefined {
  const { text, mediaType } = document;
  if (mediaType === 'text/csv' || mediaType === 'text/tab-separated-values') {
    const head = rowSpans(text.slice(0, 20_000))[0];
    const row = head && text.slice(head.start, head.end).trim().slice(0, longestContext);
    return start => (start === 0 ? undefined : row);
  }
  const headings = headingsOf(document);
  return start => {
    const above = lastBefore(headings, start);
    return above && above.end <= start ? above.title : undefined;
  };
}

function lastBefore(headings: readonly Heading[], start: number): Heading | undefined {
  let low = 0;
  let high = headings.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (headings[middle]!.start <= start) low = middle + 1;
    else high = middle;
  }
  const found = headings[low - 1];
  // A heading at the very start of the chunk is in it.
  return found?.start === start ? undefined : found;
}
