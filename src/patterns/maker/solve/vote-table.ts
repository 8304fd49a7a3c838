import { TandemError } from '../../../model/errors.ts';
import type { StepDecision } from './decide.ts';
import { quoteOf } from './refusals.ts';

/** A decision without a winner. */
type Undecided = Omit<StepDecision<unknown, unknown>, 'won'>;

/** The votes of a step that has no winner. */
export interface VoteTable {
  /** Most votes first. */
  readonly candidates: readonly { readonly candidate: string; readonly votes: number }[];
  /** How often each red flag was raised. */
  readonly flags: Readonly<Record<string, number>>;
  readonly samples: number;
}

function voteTableOf({
  tally,
  flags,
  samples,
}: Pick<Undecided, 'tally' | 'flags' | 'samples'>): VoteTable {
  const candidates = [...tally.counts].map(([candidate, votes]) => ({ candidate, votes }));
  const counted: Record<string, number> = {};
  for (const flag of flags) counted[flag] = (counted[flag] ?? 0) + 1;
  return { candidates: candidates.sort((a, b) => b.votes - a.votes), flags: counted, samples };
}

/**
 * The error of a step, by number from 1 or name, without a winner. Its `cause` is the vote table;
 * `data` has the counts alone.
 */
export function unconverged(step: number | string, decision: Undecided): TandemError {
  const table = voteTableOf(decision);
  const votes = table.candidates.map(({ votes }) => votes);
  const counts =
    `${decision.samples} samples, votes ${votes.join(':') || 'none'}, ` +
    `${decision.flags.length} flagged`;
  return new TandemError(
    'not_converged',
    `Step ${step} has no winner: ${counts}. ${adviceOn(decision)}`,
    { cause: table, data: { step, votes, flagged: decision.flags.length } },
  );
}

function adviceOn(decision: Undecided): string {
  const said = faultIn(decision);
  const advice =
    said === undefined || decision.tally.counts.size > 0
      ? 'Use a better solver, raise `maxSamples`, or give a model to `escalate` to.'
      : 'Give the step another wording, mend its check, or give a model to `escalate` to.';
  return said === undefined ? advice : `${said}. ${advice}`;
}

/** Says what was flagged most often, and quotes it; nothing where nothing was. */
export function faultIn({
  tally,
  refused,
}: Pick<Undecided, 'tally' | 'refused'>): string | undefined {
  if (!refused) return undefined;
  const isEach = tally.counts.size === 0;
  const { times, alike, redFlag } = refused;
  const differ = alike > 2 ? 'Differing answers are refused for the same fault' : undefined;
  const how = isEach && times > 2 ? 'The same answer is refused each time' : isEach && differ;
  return `${how || 'Flagged most often'}: ${quoteOf(refused)} is refused as "${redFlag}"`;
}

/** The error of a run that goes on beyond its steps. */
export function astray(maxSteps: number): TandemError {
  const message =
    `The task is not done after ${maxSteps} steps. A wrong step may have won its ` +
    'vote: raise `k`, or `maxSteps`.';
  return new TandemError('not_converged', message, { data: { step: maxSteps } });
}
