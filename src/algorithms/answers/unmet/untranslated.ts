import { commonWords } from '../other-language.ts';
import { lettersOf } from '../wanted-words.ts';
import lists from './words.json' with { type: 'json' };

const orders = new RegExp(lists.translates, 'iu');
const names: readonly (readonly [RegExp, string])[] = [
  [/^(?:engl|angl|ingl|angiel|англ)/i, 'en'],
  [/^(?:german|deutsch|allemand|alem|tedesco|duits|niemie|tysk|немец)/i, 'de'],
  [/^(?:french|franz|fran[cç]|frans)/i, 'fr'],
  [/^(?:spanish|spani|espa[gñ]|spagn)/i, 'es'],
  [/^(?:italian|italien|italiaans)/i, 'it'],
  [/^portug/i, 'pt'],
  [/^(?:dutch|niederl|néerl|neerl|holand|oland|nederl)/i, 'nl'],
];
const scripts: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:russ|rus[os]|ukrain|ukrai|bulgar|русск|укра)/i, /\p{Script=Cyrillic}/u],
  [
    /^(?:chin|mandarin|japan|japon|kore|coré|cinese|giapp)/i,
    /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u,
  ],
  [/^arab/i, /\p{Script=Arabic}/u],
  [/^(?:greek|griech|grec|grieg)/i, /\p{Script=Greek}/u],
  [/^hebr/i, /\p{Script=Hebrew}/u],
  [/^hindi/i, /\p{Script=Devanagari}/u],
  [/^thai/i, /\p{Script=Thai}/u],
];

/** Tells whether a text that was to be translated is not in the language that was asked for. */
export function isUntranslated(said: string, asked: string): boolean {
  const found = orders.exec(asked);
  if (!found) return false;
  const rest = asked.slice(found.index + found[0].length);
  const text = /["“«„:]\s*(.+?)["”»“]?\s*$/s.exec(rest)?.[1] ?? '';
  if (isForeign(said, rest)) return true;
  const words = lettersOf(said).split(' ');
  if (words.length < 3 || text === '') return false;
  const source = lettersOf(text);
  const target = names.find(([name]) => name.test(rest))?.[1];
  if (isPart(words, source.split(' '), target)) return true;
  // A sentence again; names and words that two languages share are shorter.
  if (source.split(' ').length > 2 && lettersOf(said).replace(/ in \p{L}+$/u, '') === source)
    return isPlainlyOther(source.split(' '), target);
  if (/["“«„:]/.test(said)) return false;
  if (target === undefined) return false;
  if (commonWords(words, target) > 0) return false;
  if (target === 'en') return others.some(each => commonWords(words, each) >= 2);
  return words.filter(word => plain.has(word)).length >= 2;
}

// Some of the words of the text, one of which is plainly of another language.
function isPart(words: readonly string[], source: readonly string[], target?: string): boolean {
  return (
    words.every(word => source.includes(word)) &&
    isPlainlyOther(words, target) &&
    (target === undefined || commonWords(words, target) === 0)
  );
}

// Names have no language.
function isPlainlyOther(words: readonly string[], target?: string): boolean {
  if (target !== undefined && commonWords(words, target) >= 2) return false;
  return ['en', ...others].some(each => each !== target && commonWords(words, each) > 0);
}

// Letters that the language asked for has not.
function isForeign(said: string, rest: string): boolean {
  const letters = said.match(/\p{L}/gu) ?? [];
  if (letters.length < 2 || /romaji|pinyin|roman|latin|translit|phonetic/i.test(rest)) return false;
  const script = scripts.find(([name]) => name.test(rest))?.[1];
  if (script) return !script.test(said);
  const plainly = letters.filter(letter => /\p{Script=Latin}/u.test(letter)).length;
  return names.some(([name]) => name.test(rest)) && plainly * 2 < letters.length;
}

// Frequent words of English that none of the others has.
const plain = new Set(
  (
    'the and are were which with that this from what who how why i you my your can too about ' +
    'will into good sorry here it where at'
  ).split(' '),
);
const others = ['de', 'fr', 'es', 'it', 'pt', 'nl'];
