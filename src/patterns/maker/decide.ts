import { canonicalJson } from '../../algorithms/canonical-answer.ts';
import { addVote, emptyTally, leader, type Tally, votesNeeded, winner } from '../../algorithms/vote.ts';
import { textOf, userCall } from '../../model/answer.ts';
import type { Ask } from '../../model/ask.ts';
import { TandemError } from '../../model/errors.ts';
import type { Call, FilePart, JsonSchema, LanguageModel } from '../../model/types.ts';
import { isFlagged, type Move, type Task } from './task.ts';

/** How votes are drawn. */
export interface Voting {
  readonly solver: LanguageModel;
  /** Lead that decides, 1 or more. */
  readonly k: number;
  /** Samples for one step, flagged ones included; then it counts as unconverged. */
  readonly maxSamples: number;
  /** Temperature of the first vote, and of the others. */
  readonly temperatures: readonly [number, number];
  /** Output tokens beyond which an answer is flagged as rambling. */
  readonly maxOutputTokens: number;
  readonly seed: number;
  /** Files of the request, shown to the solver with every step. */
  readonly files: readonly FilePart[];
}

/** How a step was decided, or not. */
export interface Decision<State, Action> {
  /** The winner; absent if no candidate came ahead by k. */
  readonly move: Move<State, Action> | undefined;
  readonly tally: Tally;
  readonly samples: number;
  readonly flags: readonly string[];
}

/**
 * Decides one step: first to ahead by k over pairs of action and next state (MAKER, Algorithms 2 and 3). The first k
 * votes are drawn at once, then as many as the leader still needs. Flagged samples are discarded and drawn again.
 */
export async function decide<State, Action>(
  ask: Ask,
  step: { task: Task<State, Action>; state: State; index: number },
  voting: Voting,
): Promise<Decision<State, Action>> {
  const moves = new Map<string, Move<State, Action>>();
  const flags: string[] = [];
  let tally = emptyTally;
  let samples = 0;
  while (winner(tally, voting.k) === undefined && samples < voting.maxSamples) {
    const wanted = Math.min(votesNeeded(tally, voting.k), voting.maxSamples - samples);
    const drawn = Array.from({ length: wanted }, () => drawVote(ask, { ...step, n: samples++ }, voting));
    // Counted in the order of asking, so that a resumed run decides alike.
    for (const vote of await Promise.all(drawn)) {
      if (isFlagged(vote)) flags.push(vote.redFlag);
      else {
        const key = (step.task.key ?? canonicalJson)(vote);
        if (!moves.has(key)) moves.set(key, vote);
        tally = addVote(tally, key);
      }
    }
  }
  const won = winner(tally, voting.k);
  return { move: won === undefined ? undefined : moves.get(won), tally, samples, flags };
}

/** Describes votes for an error or a trace: how many for each candidate, most first, and how many were flagged. */
export function describeVotes(decision: Pick<Decision<unknown, unknown>, 'tally' | 'samples' | 'flags'>): string {
  const counts = [...decision.tally.counts.values()].sort((a, b) => b - a);
  const { lead } = leader(decision.tally);
  return `${decision.samples} samples, votes ${counts.join(':') || 'none'}, lead ${lead}, ${decision.flags.length} flagged`;
}

async function drawVote<State, Action>(
  ask: Ask,
  step: { task: Task<State, Action>; state: State; index: number; n: number },
  voting: Voting,
): Promise<Move<State, Action> | { redFlag: string }> {
  const { task, state, index, n } = step;
  try {
    const answer = await ask(voting.solver, voteCall(task.prompt(state), n, { ...voting, index }), {
      id: `step ${index + 1} vote ${n + 1}`,
    });
    if (answer.finishReason.unified === 'length') return { redFlag: 'too long' };
    return task.parse(state, textOf(answer));
  } catch (error) {
    // An answer that cannot be used is a flagged vote; a model that cannot be reached is an error.
    if (TandemError.isInstance(error) && error.code === 'bad_answer') return { redFlag: 'unusable' };
    throw error;
  }
}

function voteCall(
  prompt: ReturnType<Task<unknown, unknown>['prompt']>,
  n: number,
  voting: Voting & { index: number },
): Call {
  const { text, system, schema, stopSequences, maxOutputTokens = voting.maxOutputTokens } = prompt;
  const call = userCall(text, {
    temperature: voting.temperatures[n === 0 ? 0 : 1],
    maxOutputTokens,
    seed: voting.seed + voting.index * 1009 + n,
    ...(system !== undefined && { system }),
    ...(stopSequences && { stopSequences }),
    ...(schema && { responseFormat: { type: 'json' as const, schema: schema as JsonSchema } }),
  });
  return voting.files.length === 0 ? call : withFiles(call, voting.files);
}

function withFiles(call: Call, files: readonly FilePart[]): Call {
  const prompt = call.prompt.map(message =>
    message.role === 'user' ? { ...message, content: [...files, ...message.content] } : message,
  );
  return { ...call, prompt };
}
