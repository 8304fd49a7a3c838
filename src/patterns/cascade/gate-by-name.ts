import { logprobsOf } from '../../model/leaf/logprobs.ts';
import { confidentOptions, gateOption } from './gate-options.ts';
import { agreement, agreementOf } from './gates/agreement.ts';
import { byCommand } from './gates/by-command.ts';
import { bySignal } from './gates/by-signal.ts';
import { cited } from './gates/cited.ts';
import { firstKnown } from './gates/combine.ts';
import { retrieval } from './gates/retrieval.ts';
import { checkedShare, judge, selfCheck } from './gates/self-check.ts';
import { reportedProbability, selfReport } from './gates/self-report.ts';
import { verifiedShare, verifier } from './gates/verifier.ts';
import { namedGate } from './named-gate.ts';
import { freeSignal, type Signal } from './signal.ts';
import { draftProbability, tokenProbability } from './token-probability.ts';

const { threshold, samples, key, quantile, checks, examples, command, commandMs } = gateOption;

/**
 * Every gate that a configuration can name, with what outcome logs and calibrations measure by it.
 */
export const gateByName = {
  agreement: namedGate({
    options: { threshold, samples, key },
    make: given => agreement(given),
    signals: {
      /** Share of 3 samples that agree with the draft, which is one of them. Two local calls. */
      agreement3: draft => agreementOf(draft, { samples: 3 }),
      /** Share of 5 samples. Four local calls. */
      agreement5: draft => agreementOf(draft, { samples: 5 }),
    },
  }),
  confident: namedGate({
    options: { threshold, quantile },
    // A server that sends no log-probabilities is judged by what it does give.
    make: given => bySignal({ confident: given }),
    signals: {
      /** Probability of the least probable value, as the gate reads it. */
      valueProbability: Object.assign(
        freeSignal(draft => draftProbability(draft, confidentOptions.parse({}))),
        { needsLogprobs: true },
      ),
      /** Probability of the least probable token. */
      minProbability: ofTokens(0),
      /** Tenth of the tokens are less probable. */
      lowProbability: ofTokens(0.1),
      /** Half of the tokens are less probable. */
      medianProbability: ofTokens(0.5),
      tokens: Object.assign(
        freeSignal(({ answer }) => logprobsOf(answer)?.length),
        { needsLogprobs: true },
      ),
    },
  }),
  retrieval: namedGate({
    options: { threshold },
    make: given => retrieval(given),
    signals: {
      retrieval: freeSignal(({ answer }) => {
        const score = answer.providerMetadata?.extractive?.score;
        return typeof score === 'number' ? score : undefined;
      }),
    },
  }),
  'self-check': namedGate({
    options: { threshold, checks },
    make: given => selfCheck(given),
    signals: {
      /** Share of 4 verifications that say yes. Four local calls. */
      selfCheck: draft => checkedShare(draft, { by: draft.local, checks: 4, name: 'self-check' }),
    },
  }),
  verifier: namedGate({
    options: { threshold, checks, examples },
    make: given => verifier(given),
    signals: {
      /** Share of 8 verifications that decide for "correct". Eight local calls. */
      verified8: draft => verifiedShare(draft, 8),
    },
  }),
  judge: namedGate({
    options: { threshold, checks },
    roles: ['judge'],
    make: (given, { judge: by, cloud }) => judge(by ?? cloud, given),
  }),
  'self-report': namedGate({
    options: { threshold },
    make: given => selfReport(given),
    /** What the model says of its own answer. One local call. */
    signals: { selfReport: reportedProbability },
  }),
  cited: namedGate({ options: {}, make: () => cited() }),
  command: namedGate({
    options: { command, commandMs },
    // What it cannot tell is judged by what the model gives.
    make: ({ command: program = [], ...given }) =>
      firstKnown(byCommand({ command: program, ...given }), bySignal()),
  }),
};

function ofTokens(quantile: number): Signal {
  const measure = freeSignal(({ answer }) => {
    const logprobs = logprobsOf(answer);
    return logprobs && tokenProbability(logprobs, quantile);
  });
  return Object.assign(measure, { needsLogprobs: true });
}
