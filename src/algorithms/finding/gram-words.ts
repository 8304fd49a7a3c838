/**
 * Words as they are found by their character 4-grams, so that words of one stem meet in any
 * language without a stemmer. Chinese and Japanese, written without spaces, meet by pairs of
 * characters.
 * Source: McNamee and Mayfield, Character N-Gram Tokenization for European Language Text Retrieval
 * (2004).
 */
const ideographs = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー`;
const word = new RegExp(`[${ideographs}]+|[[\\p{L}\\p{N}\\p{M}]--[${ideographs}]]+`, 'gv');
const ideograph = new RegExp(`^[${ideographs}]`, 'u');
const length = 4;

/**
 * Lists the words of a text, lower case and without accents of Latin letters; a raised mark after a
 * number or a word is no part of it.
 */
export function gramWords(text: string): string[] {
  return isPlain(text) ? [text.toLowerCase()] : (levelled(text).match(word) ?? []);
}

/** Writes a word with marks at both ends, as its grams are cut; one of ideographs stays bare. */
export function gramForm(found: string): string {
  return ideograph.test(found) ? found : `_${found}_`;
}

/**
 * Lists the grams of a word, cut from its form. Numbers stay whole too; other words of one or two
 * letters have none.
 */
export function gramsOfWord(found: string): string[] {
  const form = gramForm(found);
  if (form === found) return windows(form, 2);
  const grams = found.length > 2 ? windows(form, length) : [];
  if (/\p{N}/u.test(found)) grams.push(form);
  return grams;
}

/** Lists the grams of the words of a text, in order. */
export function gramsOf(text: string): string[] {
  return gramWords(text).flatMap(gramsOfWord);
}

/** Says how many grams a word has. */
export function gramCount(found: string): number {
  if (ideograph.test(found)) return Math.max(1, found.length - 1);
  return (found.length > 2 ? found.length - 1 : 0) + (/\p{N}/u.test(found) ? 1 : 0);
}

function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 48 || (unit > 57 && unit < 65) || (unit > 90 && unit < 97) || unit > 122)
      return false;
  }
  return text !== '';
}

function windows(letters: string, size: number): string[] {
  const last = Math.max(0, letters.length - size);
  return Array.from({ length: last + 1 }, (_, at) => letters.slice(at, at + size));
}

function levelled(text: string): string {
  const lower = text.toLowerCase();
  if (!/[^\0-\x7f]/.test(lower)) return lower;
  return lower
    .replace(/(?<=[\p{Nd}]|[\p{L}]{3})[⁰¹²³⁴-⁹⁺⁻⁽⁾]+/gu, '')
    .normalize('NFKD')
    .replace(/(?<=\p{Script=Latin})[\u0300-\u036f]+/gu, '')
    .normalize('NFC');
}
