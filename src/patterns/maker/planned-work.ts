import type { Ask } from '../../model/pattern/ask.ts';
import type { FilePart, LanguageModel } from '../../model/types.ts';
import type { Goal } from './prompts.ts';
import type { Voting } from './solve/decide.ts';
import type { PlanTrail } from './trail.ts';
import type { PlanVoting } from './vote-plan.ts';

/** How votes on the steps of a request are drawn, but for the lead that decides them. */
export type StepVoting = Omit<Voting<null>, 'samplers' | 'rule' | 'maxSamples'> & {
  /** Lead in votes that decides a step. Default: by the number of steps and the agreement seen. */
  readonly k: number | undefined;
  readonly maxSamples: number | undefined;
};

/** How a request is carried out. */
export interface PlannedWork {
  readonly ask: Ask;
  readonly goal: Goal;
  readonly files: readonly FilePart[];
  /** Votes take turns among them. */
  readonly solvers: readonly LanguageModel[];
  readonly escalate: LanguageModel | undefined;
  /** Chooses among answers that no votes agree on. */
  readonly chooser: LanguageModel;
  readonly voting: StepVoting;
  readonly planning: PlanVoting;
  /** In how many ways a step is asked for, in turn. */
  readonly wordings: number;
  /** How often steps may be broken down further. */
  readonly maxDepth: number;
  readonly count: Count;
  readonly trail: PlanTrail;
}

/** What was done; it grows while steps run. */
export interface Count {
  steps: number;
  samples: number;
  flagged: number;
  escalated: number;
  /** Steps that were broken down because they had no winner. */
  replanned: number;
  /** Steps whose answer was chosen among votes that did not agree. */
  chosen: number;
}
