const longestPeriod = 60;
const mostWords = 3000;

/**
 * Tells whether a text goes round in circles: the same words, or in a script without spaces the
 * same characters, four times and more in a row over a stretch that no list has.
 */
export function repeats(text: string): boolean {
  if (
    isSameSides(text) ||
    isSameLines(text) ||
    /^\s*([1-9])\1{30}|([\p{Script=Han}\p{Script=Hangul}])\2{6}|^\s*(\p{L})\3{15}/u.test(text)
  )
    return true;
  const words =
    text
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}']+/gu)
      ?.slice(-mostWords) ?? [];
  if (words.length >= 6 && new Set(words).size === 1) return /\p{L}/u.test(text);
  if (circles(words, { copies: 4, least: 16 }) || circles(words, { copies: 5, least: 9 }))
    return true;
  // All of it, three times over, and begun anew.
  if (words.length < 400 && circles(words, { copies: 3, least: Math.max(16, 0.85 * words.length) }))
    return true;
  if (words.length >= 60 && !hasManyNumbers(words) && shareOfNew(words) < 0.3) return true;
  // A few long words are a text without spaces.
  const isUnspaced = text.length > 12 * words.length;
  const characters = isUnspaced || words.length < 16 ? [...text.slice(-mostWords)] : [];
  return circles(characters, { copies: 6, least: 60 });
}

// A sum that is said to be itself again and again.
function isSameSides(text: string): boolean {
  const sides = text
    .slice(-400)
    .split('=')
    .map(side => side.trim());
  return sides.some(
    (side, at) => side !== '' && [1, 2, 3].every(next => sides[at + next] === side),
  );
}

// Items of a list that are all the same.
function isSameLines(text: string): boolean {
  const lines = text
    .slice(0, 2000)
    .split('\n')
    .map(line => line.replace(/^\s*(?:\d{1,3}[.)]|[-*•])\s+/, ''));
  if (lines.length > 2 && lines[0]!.length > 3 && new Set(lines).size === 1) return true;
  let run = 0;
  return lines.some((line, at) => {
    run = line.length > 2 && line === lines[at - 1] ? run + 1 : 0;
    return run >= 5;
  });
}

function circles(
  items: readonly string[],
  { copies, least }: { readonly copies: number; readonly least: number },
): boolean {
  if (items.length < least) return false;
  for (let period = 1; period <= Math.min(longestPeriod, items.length / copies); period++) {
    let run = 0;
    for (let at = period; at < items.length; at++) {
      run = items[at] === items[at - period] ? run + 1 : 0;
      if (run + period >= Math.max(least, copies * period) && isWorded(items, at, period))
        return true;
    }
  }
  return false;
}

// Rows of zeros and of dashes are data and lines.
function isWorded(items: readonly string[], at: number, period: number): boolean {
  return items.slice(at - period + 1, at + 1).some(item => /\p{L}/u.test(item));
}

/** Tells whether a text is the same few numbers over and over. */
export function repeatsNumbers(text: string): boolean {
  if (!/^\d[\s\d,;.]*$/.test(text)) return false;
  const items = text.split(/[\s,;]+/).filter(item => item !== '');
  if (items.length < 12 || !items.every(item => /^\d+\.?$/.test(item))) return false;
  return [1, 2, 3, 4].some(period =>
    items.every((item, at) => at < period || item === items[at - period]),
  );
}

function hasManyNumbers(words: readonly string[]): boolean {
  return words.filter(word => /^\p{N}/u.test(word)).length * 4 > words.length;
}

function shareOfNew(words: readonly string[]): number {
  const seen = new Set<string>();
  for (let at = 0; at + 4 <= words.length; at++) seen.add(words.slice(at, at + 4).join(' '));
  return seen.size / (words.length - 3);
}
