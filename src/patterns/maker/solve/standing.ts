import { addUsd } from '../../../model/leaf/cost/prices.ts';
import { type LoopTotals, noCalls } from '../../../model/run/loop.ts';
import type { Usd } from '../../../trace/span.ts';
import type { Pilot } from './pilot-result.ts';
import type { Prepared } from './prepare.ts';
import type { Hardest, Progress } from './progress.ts';
import type { Projection } from './projection.ts';
import type { SolveOptions } from './settings.ts';
import { type BarredAction, type StepBefore, wentBack } from './step-back.ts';
import { callPart, keyOf } from './task.ts';

/** What a run came to. */
export interface Solution<State> {
  readonly state: State;
  readonly steps: number;
  /** Steps that earlier runs had accepted. */
  readonly resumedFrom: number;
  readonly k: number;
  /** Samples drawn, flagged ones included; of earlier runs too, but for what a kill lost. */
  readonly samples: number;
  readonly flagged: number;
  /** Flags by reason, of this run. */
  readonly flags: Readonly<Record<string, number>>;
  /** Valid votes a step. */
  readonly votesPerStep: number;
  /** Steps that another model decided, of this run. */
  readonly escalated: number;
  readonly hardest: Hardest;
  readonly costUsd: Usd;
  /** Of this run, the pilot excepted. */
  readonly totals: LoopTotals;
  readonly durationMs: number;
  readonly pilot?: Pilot;
  readonly projection?: Projection;
}

/** Where a run stands; it changes step by step. */
export interface Standing<State> {
  state: State;
  index: number;
  samples: number;
  flagged: number;
  escalated: number;
  hardest: Hardest;
  costUsd: Usd;
  totals: LoopTotals;
  readonly flags: Record<string, number>;
  before?: StepBefore<State>;
  barred?: BarredAction;
}

/** Rebuilds where earlier runs stopped. */
export async function openStanding<State, Action>({
  task,
  ledger,
}: SolveOptions<State, Action>): Promise<Standing<State>> {
  const standing: Standing<State> = {
    state: task.initial,
    index: 0,
    samples: 0,
    flagged: 0,
    escalated: 0,
    hardest: { step: 0, samples: 0 },
    costUsd: 0,
    totals: noCalls,
    flags: {},
  };
  let last: Action | undefined;
  await ledger?.fold(undefined, (_, { action, votes, flagged = 0, costUsd }) => {
    if (wentBack(standing, action)) return undefined;
    const at = standing.state;
    last = action as Action;
    standing.before = { state: at, key: '' };
    standing.state = callPart(task, 'apply', () => task.apply(at, action as Action));
    standing.index++;
    standing.samples += votes;
    standing.flagged += flagged;
    standing.costUsd = addUsd(standing.costUsd, costUsd);
    if (votes > standing.hardest.samples)
      standing.hardest = { step: standing.index, samples: votes };
    return undefined;
  });
  // Named once, not for each of a million steps.
  if (standing.before) standing.before = { ...standing.before, key: keyOf(task, last as Action) };
  return standing;
}

/** Tells how far a run is. */
export function progressOf<State>(
  standing: Standing<State>,
  {
    steps,
    resumedFrom,
    elapsedMs,
  }: { steps: number | undefined; resumedFrom: number; elapsedMs: number },
): Progress {
  const { index, samples, flagged, hardest, costUsd } = standing;
  const done = index - resumedFrom;
  return {
    phase: 'steps',
    step: index,
    steps,
    samples,
    flagged,
    samplesPerStep: index === 0 ? 0 : samples / index,
    stepsPerSecond: (1000 * done) / Math.max(1, elapsedMs),
    hardest,
    costUsd,
    elapsedMs,
    leftMs: steps === undefined || done === 0 ? undefined : (elapsedMs * (steps - index)) / done,
  };
}

/** Tells what a run came to. */
export function solutionOf<State>(
  standing: Standing<State>,
  facts: { resumedFrom: number; prepared: Prepared; durationMs: number },
): Solution<State> {
  const { index: steps, before: _before, barred: _barred, ...rest } = standing;
  const { pilot: found, projection, k } = facts.prepared;
  return {
    ...rest,
    steps,
    resumedFrom: facts.resumedFrom,
    k,
    votesPerStep: steps === 0 ? 0 : (rest.samples - rest.flagged) / steps,
    durationMs: facts.durationMs,
    ...(found && { pilot: found }),
    ...(projection && { projection }),
  };
}
