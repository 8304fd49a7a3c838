import { addUsd } from '../../../model/leaf/cost/prices.ts';
import { addTotals, type Loop, noCalls, runLoop } from '../../../model/run/loop.ts';
import { decide, type StepDecision, type Vote, type Voting } from './decide.ts';
import { type PilotOptions, runPilot } from './pilot.ts';
import type { Pilot } from './pilot-result.ts';
import { turn } from './pilot-states.ts';
import { type Prepared, prepare } from './prepare.ts';
import { samplerOf } from './sampler.ts';
import { checkOptions, type DrawOptions, type SolveOptions, votingFor } from './settings.ts';
import { openStanding, progressOf, type Solution, type Standing, solutionOf } from './standing.ts';
import { noteBefore, stepBack, withoutBarred } from './step-back.ts';
import { callPart } from './task.ts';
import { astray, unconverged } from './vote-table.ts';

/**
 * Solves a task in many small steps, each decided by votes (MAKER, arXiv:2511.09030): an error must
 * win a vote by k to survive. k follows from a pilot and the wanted probability that all is right.
 * A step without a winner escalates or fails; the run never goes on from a state that nobody voted
 * for. With a ledger it may be killed at any instant.
 * @throws TandemError `unreachable_target`, `not_converged`, `pattern_failed`, `resume_mismatch`,
 * `budget_exceeded`
 * @example
 * ```ts
 * const solution = await solve({ task: additionTask('12345', '67890'), solver: local, k: 3 });
 * console.log(solution.state, solution.steps);
 * ```
 */
export async function solve<State, Action>(
  options: SolveOptions<State, Action>,
): Promise<Solution<State>> {
  checkOptions(options);
  const { run, ledger } = options;
  const signals = [options.signal, ledger?.signal].filter(signal => signal !== undefined);
  const signal = signals.length > 0 && { signal: AbortSignal.any(signals) };
  return runLoop({ name: 'solve', ...signal, ...(run && { run }) }, async loop => {
    const voting = votingFor(options, loop);
    try {
      const prepared = await prepare(options, voting, loop);
      loop.take();
      const solution = await runSteps({
        options,
        voting: whole(voting, prepared, options),
        prepared,
        loop,
      });
      ledger?.end('done');
      return solution;
    } catch (error) {
      if (!loop.signal.aborted) ledger?.end('failed');
      throw error;
    } finally {
      await loop.record();
    }
  });
}

/**
 * Tries a solver on a task, without solving it. @throws TandemError
 * @example
 * ```ts
 * const seen = await pilot({ task: additionTask('12345', '67890'), solver: local });
 * console.log(seen.p);
 * ```
 */
export async function pilot<State, Action>(
  options: DrawOptions<State> &
    PilotOptions<State, Action> &
    Pick<SolveOptions<State, Action>, 'task'>,
): Promise<Pilot> {
  const { task, signal, run } = options;
  return runLoop({ name: 'pilot', ...(signal && { signal }), ...(run && { run }) }, loop =>
    runPilot({ task, voting: votingFor(options, loop), loop, options }),
  );
}

function whole<State>(
  voting: Omit<Voting<State>, 'rule' | 'maxSamples'>,
  { rule, k }: Prepared,
  { maxSamples, rule: by }: Pick<SolveOptions<State, never>, 'maxSamples' | 'rule'>,
): Voting<State> {
  // A contested step is what the posterior takes its time for.
  return {
    ...voting,
    rule,
    maxSamples: maxSamples ?? Math.max(by === 'posterior' ? 500 : 100, 30 * k),
  };
}

interface SolveRun<State, Action> {
  readonly options: SolveOptions<State, Action>;
  readonly voting: Voting<State>;
  readonly prepared: Prepared;
  readonly loop: Loop;
}

// Long enough to cost nothing, short enough for Ctrl-C and a progress line.
const turnMs = 20;
const progressMs = 250;
const recordMs = 5000;

async function runSteps<State, Action>(run: SolveRun<State, Action>): Promise<Solution<State>> {
  const { options, prepared, loop } = run;
  const { task, ledger, onProgress } = options;
  const begun = loop.clock.now();
  const standing = await openStanding(options);
  const resumedFrom = standing.index;
  const mostSteps =
    options.maxSteps ?? (prepared.steps === undefined ? 1e7 : 2 * prepared.steps + 10);
  const isDone = () => callPart(task, 'isDone', () => task.isDone(standing.state));
  const told = () =>
    progressOf(standing, {
      steps: prepared.steps,
      resumedFrom,
      elapsedMs: loop.clock.now() - begun,
    });
  let [lastTurn, lastTold, lastRecord] = [begun, begun, begun];
  try {
    while (!isDone()) {
      if (standing.index >= mostSteps) throw astray(mostSteps);
      const decided = takeStep(run, standing);
      if (decided) await decided;
      const now = loop.clock.now();
      if (now - lastTurn < turnMs) continue;
      await turn(loop.signal);
      lastTurn = loop.clock.now();
      if (onProgress && lastTurn - lastTold >= progressMs) {
        onProgress(told());
        lastTold = lastTurn;
      }
      if (lastTurn - lastRecord >= recordMs) {
        await loop.record();
        lastRecord = lastTurn;
      }
    }
  } finally {
    await ledger?.flush();
  }
  onProgress?.(told());
  return solutionOf(standing, { resumedFrom, prepared, durationMs: loop.clock.now() - begun });
}

/** Decides one step and notes it; at once where everything answers at once. */
function takeStep<State, Action>(
  run: SolveRun<State, Action>,
  standing: Standing<State>,
): Promise<void> | void {
  const { options, voting, loop } = run;
  // Nobody votes in a run that another process has taken over.
  const sure = options.ledger?.confirm();
  if (sure) return sure.then(() => takeStep(run, standing));
  const task = withoutBarred(options.task, standing);
  const step = { task, state: standing.state, index: standing.index };
  const decision = decide(step, voting);
  if (!(decision instanceof Promise) && decision.won) {
    return accept(run, standing, { won: decision.won, decision, isEscalated: false });
  }
  const finish = async () => {
    const first = await decision;
    if (first.won)
      return accept(run, standing, { won: first.won, decision: first, isEscalated: false });
    const { escalate } = options;
    if (!escalate) return backOrLost(run, standing, first);
    const samplers = [samplerOf(escalate, { ask: loop.ask })];
    const second = await decide(step, { ...voting, samplers, seed: voting.seed + 1 });
    if (!second.won) return backOrLost(run, standing, second);
    const both = {
      samples: first.samples + second.samples,
      flags: [...first.flags, ...second.flags],
    };
    return accept(run, standing, { won: second.won, decision: both, isEscalated: true });
  };
  return finish();
}

function backOrLost<State, Action>(
  { options }: SolveRun<State, Action>,
  standing: Standing<State>,
  decision: StepDecision<State, Action>,
): void | Promise<void> {
  const { index } = standing;
  const told = stepBack(standing, decision, options.ledger);
  if (told === false) throw unconverged(index + 1, decision);
  return told;
}

function accept<State, Action>(
  { options, loop }: SolveRun<State, Action>,
  standing: Standing<State>,
  found: {
    readonly won: Vote<State, Action>;
    readonly decision: Pick<StepDecision<State, Action>, 'samples' | 'flags'>;
    readonly isEscalated: boolean;
  },
): void | Promise<void> {
  const { won, decision, isEscalated } = found;
  const { samples, flags } = decision;
  const taken = loop.take();
  const index = standing.index++;
  const written = options.ledger?.add({
    action: won.action,
    votes: samples,
    flagged: flags.length,
    costUsd: taken.costUsd,
  });
  noteBefore(standing, won);
  standing.state = won.next;
  standing.samples += samples;
  standing.flagged += flags.length;
  for (const flag of flags) standing.flags[flag] = (standing.flags[flag] ?? 0) + 1;
  if (isEscalated) standing.escalated++;
  if (samples > standing.hardest.samples) standing.hardest = { step: index + 1, samples };
  if (taken !== noCalls) {
    standing.totals = addTotals(standing.totals, taken);
    standing.costUsd = addUsd(standing.costUsd, taken.costUsd);
  }
  options.onStep?.({ index, action: won.action, samples });
  return written;
}
