import type { Chunk } from './chunk.ts';
import { sentenceSpans } from './sentences.ts';
import { cutBefore, isInsidePair, type TextSpan } from './text-span.ts';

/** Counts the tokens of a text: a model's own tokenizer, or an estimate. */
export type TokenCounter = (text: string) => number;

/** Estimates four characters to a token, rounded up. */
export const estimatedTokens: TokenCounter = text => Math.ceil(text.length / 4);

/** A budget of tokens. */
export interface TokenBudget {
  /** Most tokens of a chunk, overlap included, 1 or more. */
  readonly maxTokens: number;
  /**
   * Most tokens repeated from the end of the chunk before, in whole sentences; at most half of a
   * chunk. Default: 0.
   */
  readonly overlapTokens?: number;
  /** Default: four characters to a token. */
  readonly count?: TokenCounter;
  /** What is packed whole where it fits; must cover the text. Default: sentences. */
  readonly units?: readonly TextSpan[];
}

interface TokenUnit extends TextSpan {
  readonly tokens: number;
}

/**
 * Packs sentences under a budget of tokens (Chain of Agents, Algorithm 2), with exact anchors: what
 * each chunk adds after the end of the one before it, joined, is the text again. A sentence over
 * the budget is cut; only a character that alone has more tokens than the budget goes beyond it.
 */
export function chunkByTokens(text: string, budget: TokenBudget): Chunk[] {
  const { count = estimatedTokens } = budget;
  const most = Math.max(1, Math.floor(budget.maxTokens) || 1);
  const overlap = Math.max(
    0,
    Math.min(Math.floor(budget.overlapTokens ?? 0) || 0, Math.floor(most / 2)),
  );
  const room = most - overlap;
  const units = (budget.units ?? sentenceSpans(text)).flatMap(span =>
    fitting(text, span, { most: room, count }),
  );
  const chunks: Chunk[] = [];
  let first = 0;
  while (first < units.length) {
    const last = lastFitting(text, units, { first, room, count });
    const from = chunks.length === 0 ? first : overlapFrom(units, { first, overlap, text, count });
    const [start, end] = [units[from]!.start, units[last]!.end];
    chunks.push({ index: chunks.length, start, end, text: text.slice(start, end) });
    first = last + 1;
  }
  return chunks;
}

// Tokens of joined sentences may differ from their sum by a few: the joined text has the last word.
function lastFitting(
  text: string,
  units: readonly TokenUnit[],
  pack: { first: number; room: number; count: TokenCounter },
): number {
  const { first, room, count } = pack;
  let last = first;
  let sum = units[first]!.tokens;
  while (last + 1 < units.length && sum + units[last + 1]!.tokens <= room)
    sum += units[++last]!.tokens;
  while (last > first && count(text.slice(units[first]!.start, units[last]!.end)) > room) last--;
  return last;
}

function overlapFrom(
  units: readonly TokenUnit[],
  {
    first,
    overlap,
    text,
    count,
  }: { first: number; overlap: number; text: string; count: TokenCounter },
): number {
  let from = first;
  const end = units[first - 1]!.end;
  while (from > 0 && count(text.slice(units[from - 1]!.start, end)) <= overlap) from--;
  return from;
}

function fitting(
  text: string,
  span: TextSpan,
  limit: { most: number; count: TokenCounter },
): TokenUnit[] {
  const { most, count } = limit;
  const pieces: TokenUnit[] = [];
  let { start } = span;
  while (start < span.end) {
    const end = longestWithin(text, { start, end: span.end }, limit);
    pieces.push({ start, end, tokens: Math.min(count(text.slice(start, end)), Math.max(most, 1)) });
    start = end;
  }
  return pieces;
}

// Tokens grow with the text, so that halving finds the longest piece; it is then drawn back to a
// space.
function longestWithin(
  text: string,
  { start, end }: TextSpan,
  { most, count }: { most: number; count: TokenCounter },
): number {
  if (count(text.slice(start, end)) <= most) return end;
  let low = Math.min(start + (isInsidePair(text, start + 1) ? 2 : 1), end);
  // No token is longer than a few dozen characters: beyond that the search would only waste time.
  let high = Math.min(end, start + most * 64 + 2);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (count(text.slice(start, middle)) <= most) low = middle;
    else high = middle;
  }
  return low >= start + 2 && low < end ? cutBefore(text, start, low) : low;
}
