import {
  type KeysOf,
  requireKnown,
  requireOneOf,
  requireRange,
  requireWhole,
  TandemError,
} from '../../../model/errors.ts';
import type { Loop } from '../../../model/run/loop.ts';
import type { RunOptions } from '../../../model/run/scope.ts';
import type { Ledger } from '../../../runs/ledger.ts';
import type { Voting } from './decide.ts';
import type { PilotOptions } from './pilot.ts';
import type { Pilot } from './pilot-result.ts';
import type { Progress } from './progress.ts';
import type { CeilingBasis, Projection } from './projection.ts';
import { type Solver, samplerOf } from './sampler.ts';
import type { Task } from './task.ts';

/** How answers are drawn. */
export interface DrawOptions<State> {
  /** Who votes. Several take turns, so that what one gets wrong every time cannot win alone. */
  readonly solver: Solver<State> | readonly Solver<State>[];
  /**
   * Temperatures of a step's first vote and of its others, 0..2, or by number of the vote. Default:
   * [0, 0.1] (MAKER, §4).
   */
  readonly temperatures?: readonly [first: number, others: number] | ((vote: number) => number);
  /** Tokens beyond which an answer is flagged. Default: 750 (MAKER, §4.3). */
  readonly maxOutputTokens?: number;
  /** Default: 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Mode, budget, guard and so on of the run. Default: those around. */
  readonly run?: RunOptions;
}

/** Options of `solve`. */
export interface SolveOptions<State, Action> extends DrawOptions<State> {
  readonly task: Task<State, Action>;
  /** Lead in votes that decides a step. Default: what a pilot says is needed for `target`. */
  readonly k?: number;
  /** Probability with which every step shall end right, below 1. Default: 0.95. */
  readonly target?: number;
  readonly pilot?: PilotOptions<State, Action>;
  /**
   * `proven`: refuses a run where the pilot cannot exclude enough states that votes cannot cure; a
   * sample of the states seldom can, all of them can. `seen`: goes by what it saw, and says what it
   * did not. Default: `seen`.
   */
  readonly ceiling?: CeilingBasis;
  /**
   * `lead`: one k for all steps. `posterior`: each step until its leader is right with the
   * probability that the target asks of a step, by how p spreads over the steps of the pilot.
   * Default: `lead`.
   */
  readonly rule?: 'lead' | 'posterior';
  /** Votes on a step that the solver could not decide. Default: none, an unconverged step fails. */
  readonly escalate?: Solver<State>;
  /**
   * Samples for one step before it counts as unconverged. Default: 100 (by the
   * posterior 500), or 30 × k if that is more.
   */
  readonly maxSamples?: number;
  /**
   * Steps after which a task that is not done has gone astray. Default: twice its known steps, else
   * ten million.
   */
  readonly maxSteps?: number;
  /** Where accepted steps are kept, so that a killed run goes on. Default: nowhere. */
  readonly ledger?: Ledger;
  /** What the run may be projected to take before `confirm` is asked. Default: no limits. */
  readonly askBeyond?: { readonly usd?: number; readonly durationMs?: number };
  /** Asked whether to go on beyond `askBeyond`; without it such a run is refused. */
  readonly confirm?: (projection: Projection) => boolean | Promise<boolean>;
  /** Told what the pilot found, before the run begins. */
  readonly onPilot?: (pilot: Pilot, projection: Projection) => void;
  /** Told a few times a second. */
  readonly onProgress?: (progress: Progress) => void;
  /** Told every accepted step, from 0, in order; of this run alone. */
  readonly onStep?: (step: {
    readonly index: number;
    readonly action: Action;
    readonly samples: number;
  }) => void;
}

const solveKeys: KeysOf<SolveOptions<unknown, unknown>> = {
  solver: true,
  temperatures: true,
  maxOutputTokens: true,
  seed: true,
  signal: true,
  run: true,
  task: true,
  k: true,
  target: true,
  pilot: true,
  ceiling: true,
  rule: true,
  escalate: true,
  maxSamples: true,
  maxSteps: true,
  ledger: true,
  askBeyond: true,
  confirm: true,
  onPilot: true,
  onProgress: true,
  onStep: true,
};

/**
 * Checks the options. @throws TandemError `invalid_argument`, and `unknown_name` for a misspelt one
 */
export function checkOptions<State, Action>(options: SolveOptions<State, Action>): void {
  requireKnown('solve', options, solveKeys);
  requireOneOf('rule', options.rule, ['lead', 'posterior']);
  requireOneOf('ceiling', options.ceiling, ['seen', 'proven']);
  const { k, target = 0.95, rule, task } = options;
  if (k !== undefined)
    requireWhole('k', k, 1, 'Use 1 to accept the first answer, or leave it to a pilot.');
  requireRange('target', target, [0, 1], 'It is the probability that every step ends right.');
  if (target === 1) throw certain();
  if (k !== undefined && rule === 'posterior') {
    const message = '`k` and the rule "posterior" exclude each other, got both. Leave out `k`.';
    throw new TandemError('invalid_argument', message);
  }
  if (options.maxSamples !== undefined)
    requireWhole('maxSamples', options.maxSamples, k ?? 1, 'It must allow k votes.');
  if (options.maxSteps !== undefined)
    requireWhole('maxSteps', options.maxSteps, 1, 'It is a count of steps.');
  requireWhole('wordings', task.wordings ?? 1, 1, 'It is a count of paraphrases.');
}

function certain(): TandemError {
  return new TandemError(
    'unreachable_target',
    '`target` must be below 1, got 1: no number of votes makes certain. Use 0.999, say.',
    { data: { target: 1 } },
  );
}

/** Makes the voting of a loop, but for the rule. @throws TandemError `invalid_argument` */
export function votingFor<State>(
  options: DrawOptions<State>,
  loop: Pick<Loop, 'ask' | 'signal'>,
): Omit<Voting<State>, 'rule' | 'maxSamples'> {
  const { solver, temperatures = [0, 0.1] } = options;
  const solvers = Array.isArray(solver)
    ? (solver as readonly Solver<State>[])
    : [solver as Solver<State>];
  if (solvers.length === 0)
    throw new TandemError('invalid_argument', '`solver` is an empty list. Give one or more.');
  const hint = 'It is a sampling temperature.';
  const byVote = typeof temperatures === 'function' ? temperatures : undefined;
  const [first, others] = typeof temperatures === 'function' ? [0, 0] : temperatures;
  requireRange('temperatures[0]', first, [0, 2], hint);
  requireRange('temperatures[1]', others, [0, 2], hint);
  return {
    samplers: solvers.map(each => samplerOf(each, { ask: loop.ask })),
    temperature: byVote ?? (vote => (vote === 0 ? first : others)),
    maxOutputTokens: requireWhole(
      'maxOutputTokens',
      options.maxOutputTokens ?? 750,
      1,
      'It is a count of tokens.',
    ),
    seed: requireWhole('seed', options.seed ?? 0, 0, 'It is a whole number.'),
    signal: loop.signal,
  };
}
