import { later } from '../later.ts';
import common from './common-words.json' with { type: 'json' };
import { namesLanguage } from './script.ts';
import { composing, lettersOf } from './wanted-words.ts';

const languageOf = later(() => {
  // Words that any sentence holds, each of one language alone.
  const found = new Map<string, string[]>();
  for (const [language, words] of Object.entries(common))
    for (const word of words.split(' ')) found.set(word, [...(found.get(word) ?? []), language]);
  return found;
});
const longest = 600;
const fewest = 3;

/**
 * Tells whether a text of some words is plainly in another language than a request in Latin letters
 * that speaks of no language and wants no words.
 */
export function isOtherLanguage(said: string, asked: string): boolean {
  const isOpen = /["“«„:`]|\n/.test(asked) || namesLanguage(asked) || composing.test(asked);
  if (isOpen || asked.length > longest || /["“«„`]/.test(said) || wantsWords.test(asked))
    return false;
  const [mine, theirs] = [hits(said.slice(0, longest)), hits(asked)];
  const [language, count] = most(mine);
  const share = count / lettersOf(said.slice(0, longest)).split(' ').length;
  if (count < fewest || share < 0.2) return false;
  const [other, known] = most(theirs);
  const isMixed = (counts: ReadonlyMap<string, number>, of: string, most: number) =>
    (counts.get(of) ?? 0) * 3 > most;
  return known >= 2 && !isMixed(mine, other, count) && !isMixed(theirs, language, known);
}

const wantsWords = new RegExp(
  String.raw`\b(?:titles?|mottos?|anthem|hymn|quotes?|phrases?|words?|songs?|films?|movies?` +
    String.raw`|novels?` +
    String.raw`|books?|poems?|prayers?|slogans?|names?|called|titel|wort|lied|titre|mot` +
    String.raw`|título|palabra` +
    String.raw`|titolo|parola|palavra)\b`,
  'i',
);

/** Counts the words of a text that any sentence of a language holds, and few others. */
export function commonWords(words: readonly string[], language: string): number {
  return words.filter(word => languageOf().get(word)?.includes(language)).length;
}

function hits(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of lettersOf(text).split(' '))
    for (const language of languageOf().get(word) ?? [])
      counts.set(language, (counts.get(language) ?? 0) + 1);
  return counts;
}

function most(counts: ReadonlyMap<string, number>): readonly [language: string, count: number] {
  return [...counts].reduce<readonly [string, number]>(
    (best, each) => (each[1] > best[1] ? each : best),
    ['', 0],
  );
}
