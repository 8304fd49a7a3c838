/**
 * Million-step tasks: votes on every step, pilots that measure them, ledgers, and tasks that are
 * ready.
 */
export {
  expectedVotes,
  leastLead,
  poisonedCeiling,
  stepSuccess,
  taskSuccess,
  type VotedTask,
} from '../algorithms/votes/vote-odds.ts';
export type { PilotOptions, Truth } from '../patterns/maker/solve/pilot.ts';
export type { HardState, Pilot, Poisoned } from '../patterns/maker/solve/pilot-result.ts';
export type { LabelledState } from '../patterns/maker/solve/pilot-states.ts';
export type { Progress } from '../patterns/maker/solve/progress.ts';
export {
  type CeilingBasis,
  leadFor,
  type Projection,
  project,
  unseenBy,
} from '../patterns/maker/solve/projection.ts';
export type { Sampler, Solver, VoteRequest } from '../patterns/maker/solve/sampler.ts';
export type { DrawOptions, SolveOptions } from '../patterns/maker/solve/settings.ts';
export { pilot, solve } from '../patterns/maker/solve/solve.ts';
export type { Solution } from '../patterns/maker/solve/standing.ts';
export { acceptedIn } from '../patterns/maker/solve/step-back.ts';
export type { Legality, Move, RedFlag, StepPrompt, Task } from '../patterns/maker/solve/task.ts';
export type { VoteTable } from '../patterns/maker/solve/vote-table.ts';
export { type AdditionState, additionTask } from '../patterns/maker/tasks/addition.ts';
export {
  type BalanceEntry,
  type BalanceState,
  balanceTask,
} from '../patterns/maker/tasks/balances.ts';
export { type CommandCheckOptions, commandCheck } from '../patterns/maker/tasks/command-check.ts';
export {
  type DerivationState,
  type DerivationStep,
  derivationTask,
} from '../patterns/maker/tasks/derivation.ts';
export { type DigitState, multiplicationTask } from '../patterns/maker/tasks/digits.ts';
export { type HanoiOptions, hanoiTask, type TowerState } from '../patterns/maker/tasks/hanoi.ts';
export { type EditState, type ListEdit, listEditTask } from '../patterns/maker/tasks/list-edits.ts';
export {
  type FileSet,
  type RefactoringOptions,
  type RefactoringState,
  type RefactoringStep,
  refactoringTask,
} from '../patterns/maker/tasks/refactoring.ts';
export { type SortOptions, type SortState, sortingTask } from '../patterns/maker/tasks/sorting.ts';
export {
  type Ledger,
  type LedgerFacts,
  type LedgerOptions,
  type LedgerStep,
  openLedger,
} from '../runs/ledger.ts';
