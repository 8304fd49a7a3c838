/**
 * Finds the candidate with the smallest edit distance to a word, if it is near enough to be a slip
 * of the hand.
 * @example
 * ```ts
 * console.log(nearest('concurency', ['concurrency', 'cloud'])); // concurrency
 * ```
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const most = Math.max(2, Math.ceil(word.length / 3));
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    // A word may be a whole document, and is compared letter by letter.
    if (Math.abs(word.length - candidate.length) > most) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (!best || distance < best.distance) best = { candidate, distance };
  }
  return best && best.distance <= most ? best.candidate : undefined;
}

/** Counts the insertions, deletions and substitutions between two strings (Levenshtein). */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, substitution));
    }
    previous = row;
  }
  return previous[b.length]!;
}
