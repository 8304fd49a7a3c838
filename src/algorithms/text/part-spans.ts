/**
 * Finds the parts that a text is made of: sections, rows, log entries, code symbols. Spans cover
 * the whole text.
 */
import { spansFrom, type TextSpan } from './text-span.ts';

/** A heading: where its line stands, and what it says without marks. */
export interface Heading extends TextSpan {
  readonly title: string;
  /** From 1, the highest. */
  readonly level: number;
}

const longestHeading = 120;
const markdownHeading = /^(#{1,6})[ \t]+(\S.*?)[ \t#]*$/;
const numberedHeading = new RegExp(
  '^(?:(?:Item|Note|Section|Part|Chapter|Article|Appendix|Annex' +
    String.raw`|Schedule)\s+)?((?:\d{1,3}|[A-Z]` +
    String.raw`|[IVX]{1,5})(?:\.\d{1,3}){0,4})[.:)]?[ \t]+[–—-]?[ \t]*(\p{Lu}.*)$`,
  'u',
);
const capitals = /^[\p{Lu}\p{N}][\p{Lu}\p{N} ,&/'’().–—-]{3,}$/u;

/**
 * Finds headings: Markdown's; numbered ones ("2.1 Fees", "Note 4 – Leases"); a line in capitals;
 * and a short line alone between blank lines, or at the top of a page, that ends in no mark.
 */
export function headingsIn(text: string): Heading[] {
  const headings: Heading[] = [];
  let isAfterBlank = true;
  for (const line of linesOf(text)) {
    const words = text.slice(line.start, line.end).trim();
    if (words !== '' && words.length <= longestHeading) {
      const isAlone = isAfterBlank && isBlankAfter(text, line.end);
      const found = headingOf(words, isAlone);
      if (found) headings.push({ ...line, ...found });
    }
    isAfterBlank = words === '' || text[line.end - 1] === '\f';
  }
  return headings;
}

function headingOf(words: string, isAlone: boolean): { title: string; level: number } | undefined {
  const markdown = markdownHeading.exec(words);
  if (markdown) return { title: markdown[2]!, level: markdown[1]!.length };
  if (/[.!?;,|\t]$|\t|\||\s{3,}/.test(words)) return undefined;
  const numbered = numberedHeading.exec(words);
  if (numbered && isAlone) return { title: words, level: 1 + numbered[1]!.split('.').length };
  if (!/\p{L}{3}/u.test(words)) return undefined;
  if (capitals.test(words) && words.length >= 6)
    return isAlone ? { title: words, level: 2 } : undefined;
  const isTitle =
    isAlone && words.length < 80 && /^[\p{Lu}\p{N}]/u.test(words) && !/[:=]\s*\S*\d/.test(words);
  return isTitle ? { title: words, level: 3 } : undefined;
}

/**
 * Finds sections: each from a heading to the next one; what stands before the first is a section
 * too.
 */
export function sectionSpans(text: string): TextSpan[] {
  return spansFrom(
    headingsIn(text).map(({ start }) => start),
    text.length,
  );
}

/**
 * Finds the rows of a table in lines; a line break within double quotation marks belongs to its
 * row.
 */
export function rowSpans(text: string): TextSpan[] {
  const starts: number[] = [];
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 34) isQuoted = !isQuoted;
    else if (unit === 10 && !isQuoted) starts.push(at + 1);
  }
  // An odd mark would make one row of all that follows: then lines are rows.
  return isQuoted ? spansFrom(lineStarts(text), text.length) : spansFrom(starts, text.length);
}

const entryStart = new RegExp(
  String.raw`^(?:[[({<"]{0,2}\d{4}-\d\d-\d\d|[[({]?\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}` +
    String.raw`|[[({]?\d{1,2}:\d\d|[[({]?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May` +
    String.raw`|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w* |\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING` +
    String.raw`|ERROR|FATAL|CRITICAL)\b|\{"|<\d{1,3}>|\d{10,13}\b|\d{1,3}(?:\.\d{1,3}){3} )`,
);

/** Finds the entries of a log; where no line begins like one, every line is an entry. */
export function entrySpans(text: string): TextSpan[] {
  const starts = [0, ...lineStarts(text)];
  const entries = starts.filter(start => entryStart.test(text.slice(start, start + 40)));
  return spansFrom(entries.length * 20 < starts.length ? starts : entries, text.length);
}

const symbolStart = new RegExp(
  '^(?:export |default |public |private |protected |internal |static |abstract ' +
    String.raw`|final |async |unsafe |pub(?:\([a-z]+\))? |declare |open |sealed ` +
    String.raw`|data )*(?:function\*? |class |interface |type |enum |const |let |var |struct ` +
    String.raw`|impl\b|trait |fn |def |func |fun |namespace |module |mod |package |object ` +
    '|record |extension |protocol |macro_rules!|CREATE |create )',
);
const beforeSymbol = /^(?:\/\/|\/\*| \*|\*\/|#|@|--|"""|\[)/;

/**
 * Finds the top-level declarations of source code, each with the comments and decorators above it.
 */
export function symbolSpans(text: string): TextSpan[] {
  const starts = [0, ...lineStarts(text)];
  const found: number[] = [];
  for (const [index, start] of starts.entries()) {
    if (!symbolStart.test(text.slice(start, start + 120))) continue;
    let first = index;
    while (first > 0 && beforeSymbol.test(text.slice(starts[first - 1], starts[first - 1]! + 3)))
      first--;
    found.push(starts[first]!);
  }
  return spansFrom(found, text.length);
}

function lineStarts(text: string): number[] {
  const starts: number[] = [];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
    if (at + 1 < text.length) starts.push(at + 1);
  return starts;
}

function* linesOf(text: string): Generator<TextSpan> {
  const separator = /[\n\f]/g;
  let start = 0;
  for (let match = separator.exec(text); match; match = separator.exec(text)) {
    yield { start, end: match.index + 1 };
    start = match.index + 1;
  }
  if (start < text.length) yield { start, end: text.length };
}

function isBlankAfter(text: string, at: number): boolean {
  for (let next = at; next < text.length; next++) {
    const unit = text.charCodeAt(next);
    if (unit === 10 || unit === 12) return true;
    if (unit !== 32 && unit !== 9 && unit !== 13) return false;
  }
  return true;
}
