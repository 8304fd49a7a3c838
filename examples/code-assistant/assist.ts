// The assistant: carries out a plan, file by file, by votes; what does not compile or fails a test
// is no vote.
import type { LanguageModel } from 'tandem';
import { type FileSet, type RefactoringStep, refactoringTask, solve } from 'tandem/solve';
import type { Check } from './checks.ts';

/** What the assistant works with. */
export interface Assignment {
  readonly files: FileSet;
  readonly steps: readonly RefactoringStep[];
  readonly solver: LanguageModel;
  readonly check: Check;
  /** Lead in votes that decides a step. */
  readonly k?: number;
  readonly onStep?: (step: { readonly index: number; readonly samples: number }) => void;
}

/** What came of it. */
export type Assisted = {
  readonly samples: number;
  readonly flags: Readonly<Record<string, number>>;
} & ({ readonly files: FileSet } | { readonly files?: undefined; readonly why: string });

/** Carries out a plan. Files come back only if all of them pass the check together. */
export async function assist(assignment: Assignment): Promise<Assisted> {
  const { files, steps, solver, check, k = 2, onStep } = assignment;
  try {
    const task = refactoringTask({ files, steps, check });
    const solved = await solve({ task, solver, k, ...(onStep && { onStep }) });
    const { state, samples, flags } = solved;
    const fault = await check(state.files);
    const about = { samples, flags };
    return fault === undefined ? { ...about, files: state.files } : { ...about, why: fault };
  } catch (error) {
    return { samples: 0, flags: {}, why: (error as Error).message };
  }
}
