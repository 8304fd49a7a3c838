import { leader, type Tally, votesNeeded } from '../../../algorithms/votes/vote.ts';
import {
  type Beta,
  posteriorOf,
  type WeightedBeta,
} from '../../../algorithms/votes/vote-posterior.ts';

/** When a vote has been won. */
export interface VoteRule {
  /**
   * Tells how many more votes could decide at the soonest: what can be drawn at once without waste;
   * 0 when decided.
   */
  readonly needed: (tally: Tally) => number;
  /** For a trace: `ahead by 3`. */
  readonly says: string;
}

/** First to ahead by k (MAKER, Algorithm 2). */
export function aheadBy(k: number): VoteRule {
  return { needed: tally => votesNeeded(tally, k), says: `ahead by ${k}` };
}

/**
 * First to a posterior: the leader wins when the probability that it is wrong is `mostWrong` or
 * less, given how p spreads over steps. Steps that agree end sooner than with a k for all,
 * contested ones later.
 */
export function posteriorRule(prior: Beta | readonly WeightedBeta[], mostWrong: number): VoteRule {
  const posterior = posteriorOf(prior);
  const isWon = (ahead: number, behind: number) => posterior(ahead, behind) >= 1 - mostWrong;
  return {
    needed(tally) {
      const { votes: ahead } = leader(tally);
      let behind = -ahead;
      for (const count of tally.counts.values()) behind += count;
      // Bounded: with a very wide prior a lost lead takes very many votes, and `maxSamples` ends
      // that.
      for (let more = 0; more < mostAtOnce; more++)
        if (ahead + more > behind && isWon(ahead + more, behind)) return more;
      return mostAtOnce;
    },
    says: `posterior ${(1 - mostWrong).toPrecision(6)}`,
  };
}

const mostAtOnce = 50;
