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
} from '../algorithms/vote-odds.ts';
export { type BalanceState, balanceTask, type Entry } from '../patterns/maker/tasks/balances.ts';
export { type CommandCheckOptions, commandCheck } from '../patterns/maker/tasks/command-check.ts';
export {
  type DerivationState,
  type DerivationStep,
  derivationTask,
} from '../patterns/maker/tasks/derivation.ts';
export {
  additionTask,
  type DigitState,
  multiplicationTask,
} from '../patterns/maker/tasks/digits.ts';
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
export type { VoteTable } from '../runs/solve/decide.ts';
export type { PilotOptions, Truth } from '../runs/solve/pilot.ts';
export type { HardState, Pilot, Poisoned } from '../runs/solve/pilot-result.ts';
export type { LabelledState } from '../runs/solve/pilot-states.ts';
export type { Progress } from '../runs/solve/progress.ts';
export {
  type CeilingBasis,
  leadFor,
  type Projection,
  project,
  unseenBy,
} from '../runs/solve/projection.ts';
export type { Sampler, Solver, VoteRequest } from '../runs/solve/sampler.ts';
export type { DrawOptions, SolveOptions } from '../runs/solve/settings.ts';
export { pilot, solve } from '../runs/solve/solve.ts';
export type { Solution } from '../runs/solve/standing.ts';
export type { Legality, Move, RedFlag, StepPrompt, Task } from '../runs/solve/task.ts';
