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

function adviceOn({ tally, refused }: Undecided): string {
  const usual = 'Use a better solver, raise `maxSamples`, or give a model to `escalate` to.';
  if (!refused) return usual;
  const said = `${quoteOf(refused)} is refused as "${refused.redFlag}"`;
  if (tally.counts.size > 0) return `Flagged most often: ${said}. ${usual}`;
  const how = refused.times > 2 ? 'The same answer is refused each time' : 'Flagged most often';
  return (
    `${how}: ${said}. ` +
    'Give the step another wording, mend its check, or give a model to `escalate` to.'
  );
}
