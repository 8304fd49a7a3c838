import type { OutcomeLog } from '../outcomes/outcome-log.ts';
import { type Policy, randomFolds } from '../policies/policies.ts';
import { choiceOf, fitRouter, type RouterTraining } from '../router/fit-router.ts';
import { decideByWeights, type RouterAim } from '../router/router-decision.ts';
import { trainedPolicy } from '../router/router-weights.ts';
import type { Thresholds } from '../saved-forms.ts';
import { foldByGroup } from './leave-groups-out.ts';

/** What routers said of rows that each of them had not seen. */
export interface CrossValidated {
  readonly policy: Policy;
  readonly routes: readonly ('local' | 'cloud' | 'unsure')[];
}

/** How rows are parted. */
export interface CrossValidation {
  /** Groups that are left out whole, or rows at random. */
  readonly by: 'groups' | 'rows';
  readonly folds: number;
  readonly accuracy?: number;
  readonly aim?: RouterAim | Thresholds;
  readonly vectors?: RouterTraining['vectors'];
  readonly onProgress?: (share: number, what: string) => void;
}

/**
 * Trains a router on all folds but one and lets it decide about that one, for each: thresholds
 * included. Between a bag of words and words with the shape of prompts is chosen once, on all rows,
 * as training does.
 * @example
 * ```ts
 * const found = crossValidate(readOutcomes('outcomes.jsonl'), { by: 'groups', folds: 5 });
 * ```
 */
export function crossValidate(log: OutcomeLog, options: CrossValidation): CrossValidated {
  const { rows } = log;
  const { by, folds, accuracy, aim, vectors, onProgress = () => {} } = options;
  const foldOf = by === 'rows' ? randomFolds(rows.length, folds) : foldByGroup(rows, folds);
  const urgency = new Array<number>(rows.length);
  const localRight = new Array<number>(rows.length);
  const routes = new Array<'local' | 'cloud' | 'unsure'>(rows.length);
  const { scorer } = vectors ? { scorer: undefined } : choiceOf(log);
  for (let fold = 0; fold < folds; fold++) {
    onProgress(fold / folds, `fold ${fold + 1} of ${folds}`);
    const others = rows.filter((_, index) => foldOf[index] !== fold);
    const training = {
      date: '',
      measureLeftOut: false,
      ...(accuracy !== undefined && { accuracy }),
      ...(vectors && { vectors }),
      ...(scorer && scorer !== 'embedding' && { scorer }),
    };
    const { weights } = fitRouter({ ...log, rows: others }, training);
    for (const [index, { prompt }] of rows.entries()) {
      if (foldOf[index] !== fold) continue;
      const decision = decideByWeights(weights, prompt, aim, vectors?.of.get(prompt));
      urgency[index] = decision.scored.cappedGain;
      localRight[index] = decision.localRight;
      routes[index] = decision.to;
    }
  }
  const what =
    by === 'rows' ? `${folds}-fold cross-validation` : `groups left out in ${folds} folds`;
  return { policy: { name: trainedPolicy, urgency, localRight, note: what }, routes };
}
