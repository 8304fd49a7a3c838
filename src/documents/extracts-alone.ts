import { relevance } from '../algorithms/text/relevance.ts';
import { textAnswer } from '../model/answer.ts';
import type { TandemError } from '../model/errors.ts';
import { type Settled, settle } from '../model/pattern/define-pattern.ts';
import { degradedBy, placeIsClosed } from '../model/pattern/degrade.ts';
import type { About } from '../model/run/summary.ts';
import { type CitedExtract, sourceOf } from './cited-extract.ts';

const shown = 3;

/**
 * Ends a reading pattern without its cloud model: the checked extracts themselves, most relevant
 * first, marked degraded. Rethrows where the failure must be seen.
 */
export function extractsAlone(
  extracts: readonly CitedExtract[],
  facts: { readonly error: TandemError; readonly about: About; readonly question: string },
): Settled {
  const { error, about, question } = facts;
  if (!placeIsClosed(error) || extracts.length === 0) throw error;
  const ranked = extracts.map(extract => ({ extract, score: relevance(extract.text, question) }));
  ranked.sort((a, b) => b.score - a.score);
  // Others than the best only where they fit nearly as well.
  const least = 0.9 * ranked[0]!.score;
  const best = ranked
    .slice(0, shown)
    .flatMap(({ extract, score }) => (score >= least ? [extract] : []));
  const text = best.map(extract => `${extract.text.trim()} [${extract.id}]`).join('\n');
  const reason = `${about.reason}; the extracts alone, cloud: ${error.code}`;
  return settle(textAnswer(text, extracts.map(sourceOf)), {
    ...about,
    reason,
    ...degradedBy(error),
  });
}
