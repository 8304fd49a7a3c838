const word = /[\p{L}\p{N}\p{M}]+/gu;
const ideograph = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const length = 4;

/**
 * Lists the character 4-grams of the words of a text, in order, lower case and without accents of
 * Latin letters. Words of one stem share most of them in any language, so that a question and a
 * text meet without a stemmer and a list of stop words. Numbers stay whole too; words of one or two
 * letters are left out; Chinese and Japanese give every pair of characters.
 * Source: McNamee and Mayfield, Character N-Gram Tokenization for European Language Text Retrieval
 * (2004).
 */
export function gramsOf(text: string): string[] {
  const grams: string[] = [];
  for (const found of levelled(text).match(word) ?? []) {
    for (const gram of wordGrams(found)) grams.push(gram);
  }
  return grams;
}

// The words of a text come again and again. One of more than 12 letters would keep the text alive
// that it was cut from.
const gramsByWord = new Map<string, readonly string[]>();
const mostWords = 4096;
const longestWord = 12;

function wordGrams(found: string): readonly string[] {
  const known = gramsByWord.get(found);
  if (known) return known;
  let grams: string[] = [];
  if (ideograph.test(found)) grams = windows(found, 2);
  else if (found.length > 2) grams = windows(`_${found}_`, length);
  if (/\p{N}/u.test(found)) grams.push(found);
  if (found.length > longestWord) return grams;
  if (gramsByWord.size >= mostWords) gramsByWord.clear();
  gramsByWord.set(found, grams);
  return grams;
}

function windows(letters: string, size: number): string[] {
  const last = Math.max(0, letters.length - size);
  const found: string[] = [];
  for (let at = 0; at <= last; at++) found.push(letters.slice(at, at + size));
  return found;
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
