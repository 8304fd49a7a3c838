/**
 * What a run goes by: from its ledger where it goes on, from a pilot or the options where it
 * begins.
 */

import type { WeightedBeta } from '../../../algorithms/votes/vote-posterior.ts';
import { TandemError } from '../../../model/errors.ts';
import { nodeCrypto } from '../../../model/node-crypto.ts';
import type { Loop } from '../../../model/run/loop.ts';
import type { LedgerFacts } from '../../../runs/ledger.ts';
import type { Voting } from './decide.ts';
import { runPilot } from './pilot.ts';
import { type Pilot, wholeSpread } from './pilot-result.ts';
import { ceilingOf, leadFor, type Projection, project } from './projection.ts';
import { aheadBy, posteriorRule, type VoteRule } from './rule.ts';
import { type Solver, solverName } from './sampler.ts';
import type { SolveOptions } from './settings.ts';
import { stateKeyOf, type Task } from './task.ts';

/** How a run decides its steps. */
export interface Prepared {
  readonly rule: VoteRule;
  readonly k: number;
  readonly steps: number | undefined;
  readonly pilot?: Pilot;
  readonly projection?: Projection;
}

/**
 * Prepares a run; a new one is noted in its ledger. @throws TandemError `unreachable_target`,
 * `resume_mismatch`
 */
export async function prepare<State, Action>(
  options: SolveOptions<State, Action>,
  voting: Omit<Voting<State>, 'rule' | 'maxSamples'>,
  loop: Loop,
): Promise<Prepared> {
  const { task, ledger } = options;
  const known = ledger?.facts;
  if (known) return preparedFrom(checkFacts(known, options), task);
  if (ledger && ledger.length > 0) throw mismatch('steps that nobody noted the task of', 'none');
  const prepared =
    options.k === undefined ? await tryOut(options, voting, loop) : given(options.k, task);
  await ledger?.begin(factsOf(options, prepared));
  return prepared;
}

function given(k: number, task: { readonly steps?: number }): Prepared {
  return { rule: aheadBy(k), k, steps: task.steps };
}

async function tryOut<State, Action>(
  options: SolveOptions<State, Action>,
  voting: Omit<Voting<State>, 'rule' | 'maxSamples'>,
  loop: Loop,
): Promise<Prepared> {
  const { task, target = 0.95, onProgress } = options;
  const begun = loop.clock.now();
  const onState =
    onProgress &&
    ((done: number, of: number) => onProgress(pilotProgress(done, of, loop.clock.now() - begun)));
  const pilot = await runPilot({
    task,
    voting,
    loop,
    options: { ...options.pilot, target },
    ...(onState && { onState }),
  });
  const { steps } = pilot;
  if (steps === undefined) throw stepsUnknown(task.name);
  const k = leadFor(pilot, steps, target, options.ceiling);
  const projection = project(pilot, steps, k);
  options.onPilot?.(pilot, projection);
  await confirmed(projection, options);
  const rule =
    options.rule === 'posterior'
      ? posteriorRule(wholeSpread(pilot), mostWrong(pilot, options))
      : aheadBy(k);
  return { rule, k, steps, pilot, projection };
}

// What the target leaves for each step to go wrong.
function mostWrong(
  pilot: Pilot,
  { target = 0.95, ceiling = 'seen' }: Pick<SolveOptions<never, never>, 'target' | 'ceiling'>,
) {
  const { steps = 1 } = pilot;
  return -Math.expm1(Math.log(target / ceilingOf(pilot, steps, ceiling)) / steps);
}

async function confirmed(
  projection: Projection,
  { askBeyond = {}, confirm }: Pick<SolveOptions<never, never>, 'askBeyond' | 'confirm'>,
): Promise<void> {
  const { usd, durationMs } = askBeyond;
  const { costUsd } = projection;
  const isDear = usd !== undefined && (costUsd === 'unknown' || costUsd > usd);
  const isLong = durationMs !== undefined && projection.durationMs > durationMs;
  if ((!isDear && !isLong) || (confirm && (await confirm(projection)))) return;
  const cost = costUsd === 'unknown' ? 'an unknown price' : `$${costUsd.toPrecision(3)}`;
  throw new TandemError(
    'budget_exceeded',
    `The run is projected at ${cost} and ${Math.ceil(projection.durationMs / 1000)} s, which is ` +
      'beyond `askBeyond`' +
      `${confirm ? ' and was not confirmed' : ''}. Raise it, or lower \`target\`.`,
    { data: { costUsd, durationMs: projection.durationMs } },
  );
}

function factsOf<State, Action>(
  options: SolveOptions<State, Action>,
  prepared: Prepared,
): LedgerFacts {
  const { task, solver, rule = 'lead' } = options;
  const { pilot, k, steps } = prepared;
  const solvers = (Array.isArray(solver) ? solver : [solver]) as readonly Solver<never>[];
  return {
    ...identityOf(task),
    k,
    rule,
    steps: steps ?? null,
    seed: options.seed ?? 0,
    solver: solvers.map(solverName).join(', '),
    ...(rule === 'posterior' &&
      pilot && {
        spread: JSON.stringify(wholeSpread(pilot)),
        mostWrong: mostWrong(pilot, options),
      }),
  };
}

function identityOf<State, Action>(task: Task<State, Action>) {
  return {
    task: task.name,
    initial: nodeCrypto().hash('sha256', stateKeyOf(task, task.initial), 'base64url'),
  };
}

function checkFacts<State, Action>(
  known: LedgerFacts,
  options: SolveOptions<State, Action>,
): LedgerFacts {
  const identity = identityOf(options.task);
  if (known.task !== identity.task)
    throw mismatch(`the task "${known.task}"`, `"${identity.task}"`);
  if (known.initial !== identity.initial) throw mismatch('another first state', 'this one');
  if (options.k !== undefined && options.k !== known.k)
    throw mismatch(`k = ${known.k}`, `k = ${options.k}`);
  if ((options.seed ?? known.seed) !== known.seed)
    throw mismatch(`the seed ${known.seed}`, `${options.seed}`);
  return known;
}

function preparedFrom(facts: LedgerFacts, task: { readonly steps?: number }): Prepared {
  const k = Number(facts.k);
  const steps = facts.steps === null ? task.steps : Number(facts.steps);
  if (facts.rule !== 'posterior') return { rule: aheadBy(k), k, steps };
  const prior = JSON.parse(String(facts.spread ?? '[]')) as readonly WeightedBeta[];
  if (prior.length === 0) throw mismatch('votes by a posterior that it does not hold', 'this one');
  return { rule: posteriorRule(prior, Number(facts.mostWrong)), k, steps };
}

function mismatch(was: string, is: string): TandemError {
  return new TandemError(
    'resume_mismatch',
    `The ledger was begun with ${was}, not with ${is}. Go on with what it was begun with, or use ` +
      'another run id.',
    { data: { was, is } },
  );
}

function stepsUnknown(name: string): TandemError {
  const message =
    `Nobody knows how many steps the task "${name}" has, which k depends on. Give ` +
    'its `steps`, or `k`.';
  return new TandemError('invalid_argument', message);
}

function pilotProgress(done: number, of: number, elapsedMs: number) {
  return {
    phase: 'pilot' as const,
    step: done,
    steps: of,
    samples: 0,
    flagged: 0,
    samplesPerStep: 0,
    stepsPerSecond: (1000 * done) / Math.max(1, elapsedMs),
    hardest: { step: 0, samples: 0 },
    costUsd: 0,
    elapsedMs,
    leftMs: done === 0 ? undefined : (elapsedMs * (of - done)) / done,
  };
}
