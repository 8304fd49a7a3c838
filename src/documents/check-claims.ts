import { unknownIn } from '../algorithms/finding/cited-ids.ts';
import { groundingOf } from '../algorithms/text/grounding.ts';
import type { About } from '../model/run/summary.ts';
import type { CitedExtract } from './cited-extract.ts';

/** What the claims of an answer are held against. */
export interface ClaimFacts {
  readonly question: string;
  readonly extracts: readonly CitedExtract[];
  /** What was said before the answer came. */
  readonly about: About;
}

/**
 * Holds a finished answer against the extracts that it was made from: which of its claims none of
 * those that it names supports, and which ids it cites that no extract has.
 */
export function checkClaims(
  answer: string,
  { question, extracts, about }: ClaimFacts,
): Pick<About, 'grounding'> & Partial<Pick<About, 'reason'>> {
  const texts = extracts.map(({ text, note }) => (note ? `${text} ${note}` : text));
  const ids = extracts.map(({ id }) => id);
  const unknownIds = unknownIn(answer, ids);
  const grounding = groundingOf(answer, texts, question, ids);
  if (unknownIds.length === 0) return { grounding };
  // What is wrong stands first: a reason is cut at its end.
  const reason = `cites ${unknownIds.join(', ')}, which no extract has; ${about.reason}`;
  return { grounding: { ...grounding, unknownIds }, reason };
}
