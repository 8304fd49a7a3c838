/**
 * Finds sentences without a model. Line breaks count where they are meant: before a list item, a
 * log line, a heading or a `key: value`, but not where prose was only wrapped.
 */
import type { TextSpan } from './text-span.ts';

/**
 * Finds the sentences of a text; the spans cover all of it, white space going with the sentence
 * before.
 */
export function sentenceSpans(text: string): TextSpan[] {
  const spans: TextSpan[] = [];
  const lines: Lines = { width: 0, blockEnd: -1 };
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

/**
 * Tells whether a line that starts at an offset is an entry of its own: list item, log line, table
 * row, heading.
 */
export function startsEntry(text: string, at: number): boolean {
  entry.lastIndex = at;
  return entry.test(text);
}

// The look-behind starts each run of marks once; without it a long run that ends nothing costs its
// square.
const candidate = /(?<![.!?…؟])[.!?…؟]+["'”’»)\]*_]*(?=\s|$)|[。！？]+[」』”]*|\n|\f/g;

const entry = new RegExp(
  [
    '[-*+•‣▪◦]\\s',
    '\\(?(?:\\d{1,3}|[a-z])[.)]\\s',
    '#{1,6}\\s|>\\s|\\||\\[|\\{|<',
    '\\d{4}-\\d\\d-\\d\\d|\\d{1,2}[/.]\\d{1,2}[/.]\\d{2,4}|\\d{1,2}:\\d\\d',
    '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\\d{1,2} +\\d\\d:',
    '(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL|NOTICE)\\b',
    '["\']?[\\p{L}_][\\p{L}\\p{N} _/-]{0,40}["\']?[:=](?:\\s|$)',
    '[\\w.-]{1,40}=\\S',
    '[^\\s,;]{1,60}[,;][^\\s,;]',
    '[^\\n\\t]{1,80}\\t',
    '[-=_*]{3,}[ \\t\\r]*(?:\\n|$)',
  ]
    .map(form => `(?:${form})`)
    .join('|')
    .replace(/^(.*)$/, '[ \\t]*(?:$1)'),
  'yu',
);

interface Lines {
  /** Longest line of the block of lines around the offset; a block ends with a blank line. */
  width: number;
  blockEnd: number;
}

// Narrower than prose is wrapped: such lines were broken on purpose.
const narrow = 50;

function breaksAt(text: string, at: number, lines: Lines): boolean {
  const next = at + 1;
  const first = skipBlank(text, next);
  const unit = text.charCodeAt(first);
  if (first >= text.length || unit === 10 || unit === 12 || unit === 13) return true;
  if (startsEntry(text, next)) return true;
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const line = text.slice(lineStart, at).trimEnd();
  if (line.endsWith(':') || /^\s*(?:#{1,6}\s|\||<)/.test(line)) return true;
  if (isLower(text, first)) return false;
  if (at > lines.blockEnd) measure(text, lineStart, lines);
  const word = /^\S{0,40}/.exec(text.slice(first, first + 40))![0];
  // If the next word had fitted on this line, the break was meant.
  return lines.width < narrow || line.length + 1 + word.length <= lines.width * 0.85;
}

function measure(text: string, from: number, lines: Lines): void {
  lines.width = 0;
  let start = from;
  for (;;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const length = text.slice(start, Math.min(end, start + 400)).trim().length;
    lines.blockEnd = end;
    if (length === 0 && start > from) return;
    lines.width = Math.max(lines.width, length);
    if (newline < 0) return;
    start = newline + 1;
  }
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

const titleList =
  'mr mrs ms dr prof st mt messrs hon rev gen col capt lt sgt e.g i.e cf vs viz resp approx';
const titles = new Set(titleList.split(' '));
const beforeNumberList =
  'no nos fig figs eq eqs sec sect ch chap vol pp p para art ref ver v tel ext ca min max jan ' +
  'feb mar apr jun jul aug sep sept oct nov dec';
const beforeNumbers = new Set(beforeNumberList.split(' '));

function isAbbreviation(text: string, { start, at }: Mark, next: number): boolean {
  const before = /[\p{L}\p{N}.(]{1,12}$/u.exec(text.slice(Math.max(start, at - 12), at))?.[0] ?? '';
  const word = before.replace(/^.*\(/, '').toLowerCase();
  if (titles.has(word)) return true;
  const isBeforeNumber = /\d/.test(text[next]!);
  if (isBeforeNumber && beforeNumbers.has(word)) return true;
  // An initial, as in "J. Smith"; or the number of a list item, which stands at the start.
  if (/^\p{Lu}$/u.test(before)) return true;
  return /^\(?(?:\d{1,3}|[a-z])$/.test(before) && text.slice(start, at).trim() === before;
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
