import { leader, type Tally } from '../../algorithms/votes/vote.ts';
import { leastLead } from '../../algorithms/votes/vote-odds.ts';

/** Votes that were drawn, and those of them that agreed with the winner. */
export interface Agreement {
  readonly votes: number;
  readonly agreed: number;
}

/** Nothing seen yet. */
export const noAgreement: Agreement = { votes: 0, agreed: 0 };

// Before any vote is seen, four in five are taken to be right, as firmly as two votes would say it:
// one step to three then ask for a lead of 3, as in the paper's runs.
const assumed: Agreement = { votes: 2, agreed: 1.6 };
const target = 0.95;
const most = 6;

/**
 * Derives the lead that decides a step: the least with which all steps end right with probability
 * .95 (MAKER, eq. 14), p being the agreement seen in the steps before it. It is no
 * less than the wordings are many, so that each of them has its say.
 */
export function leadFrom(
  seen: Agreement,
  { steps, wordings }: { readonly steps: number; readonly wordings: number },
): number {
  const p = (seen.agreed + assumed.agreed) / (seen.votes + assumed.votes);
  const lead = leastLead({ p, steps }, target);
  return Math.min(most, Math.max(2, wordings, lead));
}

/** Sums what was seen. */
export function addAgreement(a: Agreement, b: Agreement): Agreement {
  return { votes: a.votes + b.votes, agreed: a.agreed + b.agreed };
}

/** Reads the agreement of a vote. */
export function agreementIn(tally: Tally): Agreement {
  let votes = 0;
  for (const count of tally.counts.values()) votes += count;
  return { votes, agreed: leader(tally).votes };
}

/**
 * Tells whether votes are scattered so widely that more of them would not decide: five or more, of
 * which no quarter agrees.
 */
export function isScattered(tally: Tally): boolean {
  const { votes, agreed } = agreementIn(tally);
  return votes >= 5 && agreed * 4 <= votes;
}
