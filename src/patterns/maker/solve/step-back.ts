import type { Ledger } from '../../../runs/ledger.ts';
import type { StepDecision, Vote } from './decide.ts';
import type { Standing } from './standing.ts';
import { keyOf, type Task } from './task.ts';

/** The step before the one that a run stands at, to which it may go back. */
export interface StepBefore<State> {
  readonly state: State;
  /** Names the action that won. */
  readonly key: string;
}

/** An action that is not taken again, since the step after it could not pass. */
export interface BarredAction {
  /** From 0. */
  readonly index: number;
  readonly key: string;
  readonly fault: string;
}

/** Notes where a step was taken from. */
export function noteBefore<State>(
  standing: Standing<State>,
  { key }: Pick<Vote<State, unknown>, 'key'>,
): void {
  standing.before = { state: standing.state, key };
}

/**
 * Goes one step back where all answers to a step are flagged: the step before may have passed its
 * own checks and made this one impossible. Once in a run; a ledger is told, so that a run that goes
 * on later knows it too.
 */
export function stepBack<State>(
  standing: Standing<State>,
  { tally, refused }: Pick<StepDecision<State, unknown>, 'tally' | 'refused'>,
  ledger: Pick<Ledger, 'add'> | undefined,
): void | Promise<void> | false {
  const { before, barred } = standing;
  if (!before || barred || !refused || tally.counts.size > 0) return false;
  const { redFlag: fault } = refused;
  const bar = { index: standing.index - 1, key: before.key, fault };
  goBack(standing, bar);
  return ledger?.add({ action: { [backKey]: bar }, votes: 0, costUsd: 0 });
}

// Stands in a ledger in place of an action.
const backKey = 'tandem: back before';

/** Goes one step back where a ledger says so; tells whether it did. */
export function wentBack<State>(standing: Standing<State>, action: unknown): boolean {
  const barred = barredBy(action);
  if (barred) goBack(standing, barred);
  return barred !== undefined;
}

function barredBy(action: unknown): BarredAction | undefined {
  return Object(action)[backKey];
}

/**
 * Counts the accepted steps of a ledger that stand: those that the run went back from are not among
 * them, as they are in its `length`.
 * @example
 * ```ts
 * using ledger = await openLedger({ path: '.tandem/tandem.db', runId: 'towers' });
 * console.log(await acceptedIn(ledger));
 * ```
 */
export function acceptedIn(ledger: Pick<Ledger, 'fold'>): Promise<number> {
  return ledger.fold(0, (count, { action }) => barredBy(action)?.index ?? count + 1);
}

function goBack<State>(standing: Standing<State>, barred: BarredAction): void {
  standing.index = barred.index;
  standing.state = standing.before!.state;
  standing.barred = barred;
  delete standing.before;
}

/** Makes the task of a step to which a run went back: what was barred is a red flag. */
export function withoutBarred<State, Action>(
  task: Task<State, Action>,
  { barred, index }: Standing<State>,
): Task<State, Action> {
  if (barred?.index !== index) return task;
  const redFlag = `step ${index + 2} cannot pass after it (${barred.fault})`;
  return {
    ...task,
    isLegal: (state, action, next) =>
      keyOf(task, action) === barred.key
        ? { redFlag }
        : (task.isLegal?.(state, action, next) ?? true),
  };
}
