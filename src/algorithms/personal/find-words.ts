import { levelText } from './level-text.ts';
import type { PersonalDatum } from './spans.ts';

/** Finds given words as people write them. */
export type WordFinder = (text: string) => PersonalDatum[];

// What may part the words of a name: spaces, a line break, the joints of file names and of queries,
// marks of Markdown and HTML.
const between = String.raw`(?:[\s._,+*~-]|</?[a-z][^<>\n]{0,40}>){0,6}`;
// Endings of the genitive and of plurals: Webers, Weber's, Klaus'.
const ending = String.raw`(?=(?:'s|s'|'|s|es)?(?![\p{L}\p{N}]))`;
// Scripts that put no space between words.
const unspaced = new RegExp(
  String.raw`^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}` +
    String.raw`\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]`,
  'u',
);

/**
 * Makes the finder of words: letters of either case, composed or decomposed, over line breaks, with
 * any kind of space, dash and quotation mark, and with an ending. Its time grows with the text, not
 * with the number of words.
 */
export function wordFinder(words: readonly string[]): WordFinder {
  const sourcesByHead = new Map<string, string[]>();
  const anywhere: string[] = [];
  const add = (written: string) => {
    const head = headOf(written);
    sourcesByHead.set(head, [...(sourcesByHead.get(head) ?? []), sourceOf(written)]);
  };
  for (const word of [...words].sort((a, b) => b.length - a.length)) {
    const levelled = levelText(word).text.trim();
    if (unspaced.test(levelled)) anywhere.push(sourceOf(levelled));
    else for (const written of [levelled, ...lastFirst(levelled)]) add(written);
  }
  const byHead = new Map(
    [...sourcesByHead].map(([head, sources]) => [
      head,
      new RegExp(`(?:${sources.join('|')})${ending}`, 'iuy'),
    ]),
  );
  const inside = anywhere.length > 0 ? new RegExp(anywhere.join('|'), 'giu') : undefined;
  return text => {
    const levelled = levelText(text);
    const found = [...atWords(levelled.text, byHead), ...matchesOf(levelled.text, inside)];
    return found.map(({ start, end, kind }) => ({ ...levelled.origin(start, end), kind }));
  };
}

function sourceOf(levelled: string): string {
  return levelled
    .split(/[\s_-]+/)
    .filter(part => part !== '')
    .map(part => part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
    .join(between);
}

// As lists of people have it: the last word, a comma, and the others.
function lastFirst(levelled: string): string[] {
  const [, others, last] = /^([^,]{1,100})\s(\S{2,40})$/u.exec(levelled) ?? [];
  return others && last ? [`${last}, ${others}`] : [];
}

const longestHead = 16;

function headOf(text: string): string {
  return (/^[^\s_-]{1,16}/u.exec(text)?.[0] ?? '').toLowerCase();
}

const wordStart = /(?<![\p{L}\p{N}])[^\s]/gu;

function atWords(text: string, byHead: ReadonlyMap<string, RegExp>): PersonalDatum[] {
  const found: PersonalDatum[] = [];
  const lengths = [...new Set([...byHead.keys()].map(head => head.length))];
  if (lengths.length === 0) return found;
  for (const { index } of text.matchAll(wordStart)) {
    const head = text.slice(index, index + longestHead).toLowerCase();
    for (const length of lengths) {
      const pattern = byHead.get(head.slice(0, length));
      if (!pattern) continue;
      pattern.lastIndex = index;
      const match = pattern.exec(text);
      if (match) found.push({ start: index, end: index + match[0].length, kind: 'WORD' });
    }
  }
  return found;
}

function matchesOf(text: string, pattern: RegExp | undefined): PersonalDatum[] {
  if (!pattern) return [];
  return [...text.matchAll(pattern)].map(({ index, 0: found }) => ({
    start: index,
    end: index + found.length,
    kind: 'WORD',
  }));
}
