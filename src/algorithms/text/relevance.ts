import { questionIn } from '../finding/asked-terms.ts';
import { contentTerms } from './terms.ts';

/** Scores a text by the share of a question's content terms that it holds, 0..1. */
export function relevance(text: string, question: string): number {
  const asked = new Set(contentTerms(questionIn(question)));
  if (asked.size === 0) return 0;
  const said = new Set(contentTerms(text));
  let shared = 0;
  for (const term of asked) if (said.has(term)) shared++;
  return shared / asked.size;
}
