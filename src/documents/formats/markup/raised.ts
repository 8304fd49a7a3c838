const raisedForms = new Map(zip('0123456789+-−=()ni', '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ'));
const loweredForms = new Map(zip('0123456789+-−=()', '₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎'));
const between = new Set([...',;. –*†‡']);
// "1st", "2e", "N°", "™": raised by custom, and read as one word.
const byCustom = /^(?:st|nd|rd|th|er|ère|re|e|ème|os?|as?|TM|SM|MC|[®™°ºª*†‡§]+)$/iu;
const longest = 200;

/** How type stands off its line, or that a line goes through it. */
export type LineOffset = 'raised' | 'lowered' | 'struck';

/**
 * Writes raised or lowered type so that it cannot be taken for what it stands beside: `512³`, not
 * `5123`; `x_(max)`, not `xmax`. What is struck through does not hold: `~~100~~ 250`.
 */
export function offLine(text: string, offset: LineOffset): string {
  const words = text.trim();
  if (offset === 'struck' && words !== '') return text.replace(words, () => `~~${words}~~`);
  if (words === '' || words.length > longest) return text;
  if (offset === 'raised' && byCustom.test(words)) return text;
  if (/^(?:[[({<]|[⁰¹²³⁴-⁹]+$)/.test(words)) return text;
  const forms = offset === 'raised' ? raisedForms : loweredForms;
  const letters = [...words];
  if (letters.every(letter => forms.has(letter) || between.has(letter)))
    return letters.map(letter => forms.get(letter) ?? letter).join('');
  const mark = offset === 'raised' ? '^' : '_';
  return letters.length === 1 ? `${mark}${words}` : `${mark}(${words})`;
}

function zip(plain: string, form: string): [string, string][] {
  const forms = [...form];
  return [...plain].map((letter, index) => [letter, forms[index]!]);
}
