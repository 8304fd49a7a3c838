import { textAnswer } from '../../model/answer.ts';
import type { Ask } from '../../model/ask.ts';
import { definePattern } from '../../model/define-pattern.ts';
import { requireRange, requireWhole, TandemError } from '../../model/errors.ts';
import { settle } from '../../model/outcome.ts';
import { filesOf } from '../../model/question.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import { type Decision, decide, describeVotes, type Voting } from './decide.ts';
import { plannedTask } from './planned-task.ts';
import type { Move, Task } from './task.ts';

/** Options of MAKER. */
export interface MakerOptions<State = unknown, Action = unknown> {
  /** Votes on every step; must be right more often than not. */
  readonly solver: LanguageModel;
  /** Writes the steps, as data. Either this or `task`. */
  readonly planner?: LanguageModel;
  /** A declared strategy for calls of a known kind, instead of a planner. */
  readonly task?: (call: Call) => Task<State, Action>;
  /** Votes on a step that the solver could not decide. Default: none, an unconverged step fails. */
  readonly escalate?: LanguageModel;
  /** Lead in votes that decides a step, 1 or more. Default: 3. */
  readonly k?: number;
  /** Samples for one step before it counts as unconverged. Default: 10 × k. */
  readonly maxSamples?: number;
  /** Steps after which a task that is not done has gone astray. Default: 10,000. */
  readonly maxSteps?: number;
  /** Temperatures of a step's first vote and of its others, 0..2. Default: [0, 0.1] (MAKER, §4). */
  readonly temperatures?: readonly [number, number];
  /** Tokens beyond which an answer is flagged. Default: 750 (MAKER, §4.3). */
  readonly maxOutputTokens?: number;
  /** Default: 0; a call's own seed goes first. */
  readonly seed?: number;
}

/**
 * Solves a task in many small steps, each decided by votes (MAKER, arXiv:2511.09030): an error must win a vote by k
 * to survive. A step without a winner escalates or fails; it never goes on from a state that nobody voted for.
 * @throws TandemError `not_converged` with the votes
 */
export function maker<State = unknown, Action = unknown>(options: MakerOptions<State, Action>): LanguageModel {
  const { planner, solver, escalate } = options;
  const voting = votingOf(options);
  const maxSteps = requireWhole('maxSteps', options.maxSteps ?? 10_000, 1, 'It is a count of steps.');
  const models = [planner, solver, escalate].filter(model => model !== undefined);
  return definePattern({
    name: 'maker',
    models,
    ignores: ['tools', 'temperature', 'topP', 'topK', 'stopSequences', 'maxOutputTokens'],
    ...((planner ?? escalate) && { baseline: planner ?? escalate! }),
    async generate(call, ask) {
      const task = (options.task?.(call) ?? (await plannedTask(ask, planner!, call))) as Task<State, Action>;
      const seeded = { ...voting, seed: call.seed ?? voting.seed, files: filesOf(call) };
      const actions: Action[] = [];
      const count = { samples: 0, flagged: 0, escalated: 0 };
      let state = task.initial;
      while (!task.isDone(state)) {
        if (actions.length >= maxSteps) throw astray(maxSteps);
        const step = { task, state, index: actions.length };
        const decision = await decide(ask, step, seeded);
        const move = decision.move ?? (await escalated(ask, { ...step, decision, seeded, escalate }));
        count.samples += decision.samples;
        count.flagged += decision.flags.length;
        if (!decision.move) count.escalated++;
        actions.push(move.action);
        state = move.next;
      }
      const text = task.answer(state, actions);
      return settle(textAnswer(text), {
        answeredBy: solver,
        reason: reasonOf(task.origin, actions.length, count),
        converged: true,
      });
    },
  });
}

interface Undecided<State, Action> {
  readonly task: Task<State, Action>;
  readonly state: State;
  readonly index: number;
  readonly decision: Decision<State, Action>;
  readonly seeded: Voting;
  readonly escalate: LanguageModel | undefined;
}

async function escalated<State, Action>(ask: Ask, step: Undecided<State, Action>): Promise<Move<State, Action>> {
  const { escalate, seeded, decision } = step;
  if (!escalate) throw unconverged(step.index, decision);
  const second = await decide(ask, step, { ...seeded, solver: escalate, seed: seeded.seed + 1 });
  if (!second.move) throw unconverged(step.index, second);
  return second.move;
}

function unconverged(index: number, decision: Decision<unknown, unknown>): TandemError {
  return new TandemError(
    'not_converged',
    `Step ${index + 1} has no winner: ${describeVotes(decision)}. Use a better solver, raise \`maxSamples\`, or give a ` +
      'model to `escalate` to.',
    { data: { step: index + 1, votes: [...decision.tally.counts.values()], flagged: decision.flags.length } },
  );
}

function astray(maxSteps: number): TandemError {
  const message = `The task is not done after ${maxSteps} steps. A wrong step may have won its vote: raise \`k\`, or \`maxSteps\`.`;
  return new TandemError('not_converged', message, { data: { step: maxSteps } });
}

function reasonOf(
  origin: string,
  steps: number,
  count: { samples: number; flagged: number; escalated: number },
): string {
  const rest = [
    `${count.flagged} flagged`,
    ...(count.escalated > 0 ? [`${count.escalated} ${count.escalated === 1 ? 'step' : 'steps'} escalated`] : []),
  ];
  return `${origin}; ${steps} steps decided by ${count.samples} votes, ${rest.join(', ')}`;
}

function votingOf<State, Action>(options: MakerOptions<State, Action>): Voting {
  if (!options.planner === !options.task) {
    const message = '`maker` needs either a `planner` or a `task`, got both or neither. Give exactly one.';
    throw new TandemError('invalid_argument', message);
  }
  const k = requireWhole('k', options.k ?? 3, 1, 'Use 1 to accept the first answer.');
  const [first, others] = options.temperatures ?? [0, 0.1];
  const hint = 'It is a sampling temperature.';
  return {
    solver: options.solver,
    k,
    maxSamples: requireWhole('maxSamples', options.maxSamples ?? 10 * k, k, `It must allow k = ${k} votes.`),
    temperatures: [
      requireRange('temperatures[0]', first, [0, 2], hint),
      requireRange('temperatures[1]', others, [0, 2], hint),
    ],
    maxOutputTokens: requireWhole('maxOutputTokens', options.maxOutputTokens ?? 750, 1, 'It is a count of tokens.'),
    seed: options.seed ?? 0,
    files: [],
  };
}
