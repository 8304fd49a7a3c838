import { textOf } from '../../model/answer.ts';
import { logprobsOf } from '../../model/logprobs.ts';
import type { Draft } from './gate.ts';
import { agreementOf } from './gates/agreement.ts';
import { checkedShare } from './gates/self-check.ts';
import { reportedProbability } from './gates/self-report.ts';
import { tokenProbability } from './token-probability.ts';

/** Measures one thing of a draft; `undefined` where it cannot be had. */
export interface Signal {
  (draft: Draft): number | undefined | Promise<number | undefined>;
  /** Whether the draft must be asked for with token log-probabilities. */
  readonly needsLogprobs?: boolean;
}

/** Signals by the names that outcome logs and calibrations use. */
export type SignalByName = Readonly<Record<string, Signal>>;

/** The signals that come along: of the draft alone, then those that cost local calls. */
export const signalByName: SignalByName = {
  /** Probability of the least probable token. */
  minProbability: ofTokens(0),
  /** Tenth of the tokens are less probable. */
  lowProbability: ofTokens(0.1),
  /** Half of the tokens are less probable. */
  medianProbability: ofTokens(0.5),
  tokens: Object.assign(({ answer }: Draft) => logprobsOf(answer)?.length, { needsLogprobs: true }),
  characters: ({ answer }) => textOf(answer).length,
  retrieval: ({ answer }) => {
    const score = answer.providerMetadata?.extractive?.score;
    return typeof score === 'number' ? score : undefined;
  },
  /** Share of 3 samples that agree with the draft, which is one of them. Two local calls. */
  agreement3: draft => agreementOf(draft, { samples: 3 }),
  /** Share of 5 samples. Four local calls. */
  agreement5: draft => agreementOf(draft, { samples: 5 }),
  /** Share of 4 verifications that say yes. Four local calls. */
  selfCheck: draft => checkedShare(draft, { by: draft.local, checks: 4, name: 'self-check' }),
  /** What the model says of its own answer. One local call. */
  selfReport: reportedProbability,
};

function ofTokens(quantile: number): Signal {
  const measure = ({ answer }: Draft) => {
    const logprobs = logprobsOf(answer);
    return logprobs && tokenProbability(logprobs, quantile);
  };
  return Object.assign(measure, { needsLogprobs: true });
}
