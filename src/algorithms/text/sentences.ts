/**
 * Finds sentences without a model. Line breaks count where they are meant: before a list item, a
 * log line, a heading or a `key: value`, but not where prose was only wrapped.
 */

import { blockAt, endsInMark, isMeantBreak, type LineBlock } from './line-blocks.ts';
import lists from './sentences.json' with { type: 'json' };
import type { TextSpan } from './text-span.ts';

/**
 * Finds the sentences of a text; the spans cover all of it, white space going with the sentence
 * before.
 */
export function sentenceSpans(text: string): TextSpan[] {
  const spans: TextSpan[] = [];
  const lines: Lines = { block: undefined };
  let start = 0;
  for (const match of text.matchAll(candidate)) {
    const end = match.index + match[0].length;
    if (end <= start) continue;
    const isEnd =
      match[0] === '\n'
        ? breaksAt(text, match.index, lines)
        : endsAt(text, { start, at: match.index, end });
    if (!isEnd) continue;
    const next = skipSpace(text, end);
    spans.push({ start, end: next });
    start = next;
  }
  if (start < text.length) spans.push({ start, end: text.length });
  return spans;
}

// The look-behind starts each run of marks once; without it a long run that ends nothing costs its
// square.
const candidate = /(?<![.!?…؟])[.!?…؟]+["'”’»)\]*_]*(?=\s|$)|[。！？]+[」』”]*|\n|\f/g;

interface Lines {
  /** The block around the line break that was looked at last. */
  block: LineBlock | undefined;
}

function breaksAt(text: string, at: number, lines: Lines): boolean {
  const first = skipBlank(text, at + 1);
  const unit = text.charCodeAt(first);
  if (first >= text.length || unit === 10 || unit === 12 || unit === 13) return true;
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  if (!lines.block || at > lines.block.end)
    lines.block = blockAt(text, lineStart, lines.block?.end ?? -1);
  const line = text.slice(lineStart, at).trimEnd();
  if (/^\s*(?:#{1,6}\s|\||<.*>$)/.test(line)) return true;
  return isMeantBreak(lines.block, at, {
    isEnded: () => endsInMark(text, at) && !isShortened(text, at),
    isColon: /[:：]$/.test(line),
    isLower: isLower(text, first),
  });
}

function isShortened(text: string, end: number): boolean {
  let at = end - 1;
  while (/\s/.test(text[at] ?? '')) at--;
  if (text[at] !== '.' || text[at - 1] === '.') return false;
  const start = text.lastIndexOf('\n', end - 1) + 1;
  return isAbbreviation(text, { start, at, end: at + 1 }, skipSpace(text, end));
}

interface Mark {
  /** Where the sentence starts. */
  readonly start: number;
  /** Where its mark starts and ends. */
  readonly at: number;
  readonly end: number;
}

function endsAt(text: string, mark: Mark): boolean {
  const unit = text[mark.at]!;
  if (unit === '\f' || '。！？'.includes(unit)) return true;
  const next = skipSpace(text, mark.end);
  if (next >= text.length) return true;
  if (isLower(text, next)) return false;
  return unit !== '.' || text[mark.at + 1] === '.' || !isAbbreviation(text, mark, next);
}

// English, German, French, Spanish, Italian and Dutch; none is also a word that ends sentences.
const titles = new Set(lists.titles.split(' '));
const beforeNumbers = new Set(lists.beforeNumbers.split(' '));
// Those end a sentence only where the next word is one that sentences begin with.
const inner = new Set(lists.inner.split(' '));
const starters = new Set(lists.starters.split(' '));
const afterOrdinal = new RegExp(
  '^(?:januar|jänner|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember' +
    '|jahrhundert|auflage|quartal|kapitel)',
  'i',
);
const beforeOrdinal =
  /(?:^|\s)(?:d(?:er|ie|as|en|em|es)|am|im|zu[mr]|vom|bis|beim|jede[mnrs]?)\s+\d{1,3}$/i;

function isAbbreviation(text: string, { start, at }: Mark, next: number): boolean {
  const before = /[\p{L}\p{N}.(]{1,12}$/u.exec(text.slice(Math.max(start, at - 12), at))?.[0] ?? '';
  const word = before.replace(/^.*\(/, '').toLowerCase();
  if (titles.has(word) || text[at - 1] === '/') return true;
  const after = text.slice(next, next + 24);
  if (isBeforeNumber(word) && /^(?:[\d§(]|[IVXLC]+\b|\p{Lu}-?\d)/u.test(after)) return true;
  if ((inner.has(word) || isDotted(word)) && !beginsSentence(after)) return true;
  if (isInDate(text.slice(Math.max(start, at - 8), at), after)) return true;
  if (/^\d{1,3}$/.test(word) && isOrdinal(text.slice(Math.max(start, at - 20), at), text, next))
    return true;
  // An initial, as in "J. Smith"; or the number of a list item, which stands at the start.
  if (/^\p{Lu}$/u.test(before)) return true;
  // "z. B.", "u. a."
  if (/^\p{L}$/u.test(word) && isSpaced(text, at, next)) return true;
  return /^\(?(?:\d{1,3}|[a-z])$/.test(before) && text.slice(start, at).trim() === before;
}

function isBeforeNumber(word: string): boolean {
  // "Bahnhofstr. 5"
  return beforeNumbers.has(word) || /.{3}str$/.test(word);
}

// "U.S.", "N.I.F.", "i.V.m.", "e.V.".
function isDotted(word: string): boolean {
  return /^(?:\p{L}{1,4}\.)+\p{L}{1,4}$/u.test(word);
}

function beginsSentence(after: string): boolean {
  const [first] = /^[\p{L}'’]+/u.exec(after) ?? [''];
  // "No." is a number, and "no" a word.
  return after[first.length] !== '.' && starters.has(first.toLowerCase());
}

// "31. 12. 2024"
function isInDate(before: string, after: string): boolean {
  if (/(?:^|\s)\d{1,2}$/.test(before) && /^\d{1,2}\.\s?\d{4}\b/.test(after)) return true;
  return /(?:^|\s)\d{1,2}\.\s?\d{1,2}$/.test(before) && /^\d{4}\b/.test(after);
}

function isSpaced(text: string, at: number, next: number): boolean {
  if (/^\p{L}\.(?:\s|$)/u.test(text.slice(next, next + 3))) return true;
  return /(?:^|\s)\p{L}\.\s+\p{L}$/u.test(text.slice(Math.max(0, at - 8), at));
}

// German writes "am 3. Oktober" and "der 2. Absatz".
function isOrdinal(before: string, text: string, next: number): boolean {
  if (afterOrdinal.test(text.slice(next, next + 12))) return true;
  return beforeOrdinal.test(before) && /^[\p{Lu}\d]/u.test(text.slice(next, next + 2));
}

function isLower(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit < 128) return unit >= 97 && unit <= 122;
  return /^\p{Ll}/u.test(text.slice(at, at + 2));
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at]!)) at++;
  return at;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t' || (text[at] === '\r' && text[at + 1] !== undefined))
    at++;
  return at;
}
