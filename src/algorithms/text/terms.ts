import lists from './terms.json' with { type: 'json' };

const stopWords = new Set(lists.stopWords.split(' '));

const word = /\d{1,3}(?:,\d{3})+(?!\d|,\d)|[\p{L}\p{N}\p{M}]+(?:[-_.:/'’][\p{L}\p{N}\p{M}]+)*/gu;
const ideographs = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]{2,}/gu;

/**
 * Lists the content words of a text in order: lower case, without English stop words, plural and
 * verb endings levelled, accents and thousands separators left out. Numbers and identifiers such as
 * `CR-4471` stay whole, and their parts are listed beside them. Chinese and Japanese, written
 * without spaces, give every pair of characters, and numbers and words among them as they are.
 */
export function contentTerms(text: string): string[] {
  const terms: string[] = [];
  const levelled = withoutAccents(text);
  for (const found of levelled.match(word) ?? [])
    for (const term of wordTerms(found)) terms.push(term);
  if (levelled.includes('-')) terms.push(...joinedTerms(levelled));
  return terms;
}

// "FY2018" and "fy18" are years; so are the parts of a quarter's name.
function yearsIn(term: string): string[] {
  const [, year] = /^(?:fy|cy|q[1-4]|h[12])[-_/']?(\d{4}|\d{2})$/.exec(term) ?? [];
  if (year === undefined) return [];
  return [year.length === 4 ? year : `20${year}`];
}

// A word that was cut at the end of its line is one word; its halves stand beside it, since a
// hyphen may also be its own.
function joinedTerms(text: string): string[] {
  const found = text.matchAll(
    /(?<![\p{L}\p{M}])([\p{L}\p{M}]{2,})[-\u2010][ \t]*\r?\n[ \t]*(\p{Ll}[\p{L}\p{M}]+)/gu,
  );
  return [...found].map(([, first, rest]) => stem(`${first}${rest}`.toLowerCase()));
}

// The words of a text come again and again. One of more than 12 letters would keep the text alive
// that it was cut from.
const termsByWord = new Map<string, readonly string[]>();
const mostWords = 4096;
const longestWord = 12;

function wordTerms(found: string): readonly string[] {
  const known = termsByWord.get(found);
  if (known) return known;
  const terms = termsOf(found);
  if (found.length > longestWord) return terms;
  if (termsByWord.size >= mostWords) termsByWord.clear();
  termsByWord.set(found, terms);
  return terms;
}

function termsOf(found: string): string[] {
  const lower = found.toLowerCase().replaceAll('’', "'").replace(/'s$/, '').replaceAll(',', '');
  if (stopWords.has(lower) || (lower.length === 1 && !/\p{N}/u.test(lower))) return [];
  const unspaced = lower.charCodeAt(0) < 128 ? null : lower.match(ideographs);
  if (unspaced) return unspaced.flatMap(pairsOf);
  if (/^[\p{L}\p{M}]+$/u.test(lower)) return [stem(lower)];
  return [stem(lower), ...partsOf(lower), ...yearsIn(lower)];
}

/**
 * Levels the commonest English endings, so that `charges`, `charging` and `charged` are one term.
 */
export function stem(term: string): string {
  if (term.length <= 3 || !/^[a-z]+$/.test(term)) return term;
  let root = term;
  if (root.endsWith('ies') && root.length > 4) root = `${root.slice(0, -3)}y`;
  else if (/(ss|x|ch|sh)es$/.test(root)) root = root.slice(0, -2);
  else if (root.endsWith('s') && !/(ss|us|is)$/.test(root)) root = root.slice(0, -1);
  if (root.endsWith('ing') && root.length > 5) root = undoubled(root.slice(0, -3));
  else if (root.endsWith('ed') && root.length > 4) root = undoubled(root.slice(0, -2));
  return root.length > 3 && root.endsWith('e') ? root.slice(0, -1) : root;
}

// The mark of a note after a number or a word, which levelling would make a part of it: `512³`.
// Units and formulas keep theirs: `km²`, `CO₂`.
const raisedMark = /(?<=[\p{Nd}]|[\p{L}]{3})[⁰¹²³⁴-⁹⁺⁻⁽⁾]+/gu;

// Where a number or a Latin word stands within Chinese or Japanese.
const sign = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]`;
const seam = new RegExp(String.raw`(?<=${sign})(?=[\da-z])|(?<=[\da-z])(?=${sign})`, 'giu');

// Accents of Latin letters only: the marks of other scripts are letters to their readers.
function withoutAccents(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text;
  const levelled = text
    .replace(raisedMark, '')
    .normalize('NFKD')
    .replace(/(?<=\p{Script=Latin})[\u0300-\u036f]+/gu, '')
    .normalize('NFC');
  return /[\u3040-\u9fff]/.test(levelled) ? levelled.replace(seam, ' ') : levelled;
}

function pairsOf(term: string): string[] {
  const letters = [...term];
  return letters.slice(1).map((letter, index) => `${letters[index]}${letter}`);
}

function undoubled(root: string): string {
  return /([bdgmnprt])\1$/.test(root) ? root.slice(0, -1) : root;
}

function partsOf(term: string): string[] {
  const parts = term
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter(part => part.length > 1 && !stopWords.has(part));
  return parts.length > 1 ? parts.map(stem) : [];
}

/**
 * Lists the content terms that stand most often in a text, the most frequent first; of equals the
 * first to come.
 */
export function frequentTerms(text: string, most: number): string[] {
  const counts = new Map<string, number>();
  for (const term of contentTerms(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  const ranked = [...counts].sort(([, a], [, b]) => b - a);
  return ranked.slice(0, most).map(([term]) => term);
}
