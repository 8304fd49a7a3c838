import { contentTerms } from './terms.ts';

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
