/** How many words of one text another holds. */
export interface WordRecall {
  readonly recall: number;
  readonly missing: readonly string[];
}

/**
 * Counts the words of one reader's text that another's holds, each as often as it stands there.
 * Hyphens at the end of a line, ligatures, and figures that stand raised behind a word are no
 * difference; nor is where a line or a cell ends.
 */
export function wordRecall(wanted: string, read: string): WordRecall {
  const left = new Map<string, number>();
  for (const word of wordsIn(read)) left.set(word, (left.get(word) ?? 0) + 1);
  const missing: string[] = [];
  const words = wordsIn(wanted);
  for (const word of words) {
    const count = left.get(word) ?? 0;
    if (count > 0) left.set(word, count - 1);
    else missing.push(word);
  }
  return { recall: words.length === 0 ? 1 : 1 - missing.length / words.length, missing };
}

function wordsIn(text: string): string[] {
  const levelled = text
    .replace(/[⁰¹²³⁴-⁹₀-₉]+/gu, found => ` ${found} `)
    .normalize('NFKC')
    .replace(/[-\u00ad\u2010]\s*\n\s*/g, '');
  return levelled.toLowerCase().match(/[\p{L}\p{M}]+|\p{N}+/gu) ?? [];
}
