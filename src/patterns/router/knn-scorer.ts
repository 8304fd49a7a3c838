import type { OutcomeRow } from '../../eval/outcomes/outcome-log.ts';
import { knnTable } from '../../eval/router/knn-table.ts';
import type { Scorer } from './scorer.ts';

// Below this likeness the nearest prompt says nothing.
const strangeBelow = 0.1;

/**
 * Makes a scorer that looks up the nearest labelled prompts (arXiv:2505.12601): nothing to train,
 * milliseconds a decision, and the log must be at hand. Prompts that are like none of it are
 * unsure.
 * @example
 * ```ts
 * const { rows } = readOutcomes('outcomes.jsonl');
 * const platform = router({ local, cloud, scorer: knnScorer(rows, 20) });
 * ```
 */
export function knnScorer(rows: readonly OutcomeRow[], neighbours?: number): Scorer {
  const table = knnTable(rows, neighbours);
  return text => {
    const { local, cloud, nearest } = table.of(text);
    const score = Math.max(0, Math.min(1, 1 - (cloud - local)));
    if (nearest < strangeBelow)
      return { score, to: 'unsure', reason: 'like no prompt in the log: unsure' };
    return score;
  };
}
