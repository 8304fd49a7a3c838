import * as z from 'zod';
import { deferred } from '../../algorithms/deferred.ts';
import { type AnswerKind, answerKinds } from '../../algorithms/text/answer-key.ts';
import { functionOption } from '../../config/option-kinds.ts';
import { ownerOnly } from '../../config/strictness.ts';
import type { Answer, Call } from '../../model/types.ts';

const share = deferred(() => z.number().min(0).max(1));
const count = (least: number) => deferred(() => z.number().int().min(least).max(25));

/** Options that several gates share as data: one name means the same in every gate. */
export const gateOption = {
  /** Score from which the gate accepts a draft. Default: the gate's own. */
  threshold: share,
  /** For `agreement`: how many answers are compared, the draft among them. Default: 3. */
  samples: count(2),
  /** For `agreement`: what counts as the same answer. Default: `auto`. */
  key: deferred(() => z.enum(answerKinds as [AnswerKind, ...AnswerKind[]])),
  /** For `confident`: which quantile of a running text's words is the score. Default: 0.1. */
  quantile: share,
  /** For `self-check`, `verifier` and `judge`: how many verifications. Default: 4, 8, 1. */
  checks: count(1),
  /**
   * For `verifier`: answers like yours with what is right and wrong about them, 2 to 12, which the
   * model sees before each draft. Default: four of common knowledge.
   */
  examples: ownerOnly(deferred(() => z.array(example).min(2).max(12))),
  /**
   * For `command`: program and arguments that judge an answer, which comes on the standard input;
   * exit code 0 passes, 1 fails, 2 cannot tell. It is run on this device, without a shell.
   */
  command: ownerOnly(deferred(() => z.array(z.string().min(1)).min(1).max(100))),
  /** For `command`: milliseconds for one judgement, 1 to 600,000. Default: 30,000. */
  commandMs: ownerOnly(deferred(() => z.number().int().min(1).max(600_000))),
};

// What a verification is shown before the draft.
const example = deferred(() =>
  z.strictObject({
    /** What must be known to answer. */
    context: z.string().optional(),
    question: z.string().min(1),
    answer: z.string(),
    /** Why it is right or wrong, in a sentence. */
    reason: z.string().min(1),
    isRight: z.boolean(),
  }),
);

/** What is done with a draft that declines in prose. */
export const onRefusal = deferred(() => z.enum(['escalate', 'keep']));

/** Options of the gate that knows non-answers. */
export const nonAnswerOptions = deferred(() =>
  z.strictObject({
    /**
     * What is done with a draft that declines in prose: the cloud answers, or the draft is judged
     * as any other. A refusal by a content filter is always handed on. Default: `escalate`.
     */
    onRefusal: onRefusal.default('escalate'),
  }),
);

/** Options of `agreement` as a program has them. */
export const agreementOptions = deferred(() =>
  z.strictObject({
    /** Samples in all, the draft included. Default: 3. */
    samples: gateOption.samples.default(3),
    /** Share that must agree with the draft. Default: 0.67. */
    threshold: gateOption.threshold.default(0.67),
    /** Temperature of the further samples. Default: 0.7. */
    temperature: z.number().min(0).max(2).default(0.7),
    /** What counts as the same answer: a kind of answer, or a function of it. Default: `auto`. */
    key: z.union([gateOption.key, functionOption<(answer: Answer) => string>()]).default('auto'),
  }),
);

/** Options of the agreement gate. */
export type AgreementOptions = Readonly<z.input<typeof agreementOptions>>;

/** Options of `confident` as a program has them. */
export const confidentOptions = deferred(() =>
  z.strictObject({
    /**
     * Which quantile of the probabilities of a running text's words is the score; 0 is the least
     * likely one. A single value has the probability of all its tokens. Default: 0.1.
     */
    quantile: gateOption.quantile.default(0.1),
    /** Probability from which it accepts. Default: 0.5. */
    threshold: gateOption.threshold.default(0.5),
    /**
     * Tokens from which the quantile is used; a shorter answer is judged by its least probable
     * token, and one between by a quantile between, since a fixed one means less the shorter the
     * answer. 0 takes the same quantile always. Default: 30.
     */
    fullLength: z.number().min(0).max(1_000_000).default(30),
  }),
);

/** Options of the log-probability gate. */
export type ConfidentOptions = Readonly<z.input<typeof confidentOptions>>;

/** Options of `selfCheck` and `judge` as a program has them. */
export const checkOptions = deferred(() =>
  z.strictObject({
    /** Verifications, each a call of its own. Default: 4 for `selfCheck`, 1 for `judge`. */
    checks: gateOption.checks.optional(),
    /** Share of verifications that must find it right. Default: 0.75. */
    threshold: gateOption.threshold.default(0.75),
  }),
);

/** Options of the gates that have a model check the draft. */
export type CheckOptions = Readonly<z.input<typeof checkOptions>>;

/** Options of `verifier` as a program has them. */
export const verifierOptions = deferred(() =>
  z.strictObject({
    /** Verifications, each a call of its own. Default: 8. */
    checks: gateOption.checks.default(8),
    /** Share of verifications that must find it correct. Default: 0.75. */
    threshold: gateOption.threshold.default(0.75),
    /** Answers that are shown with what is right about them. Default: four, well known. */
    examples: gateOption.examples.optional(),
  }),
);

/** Options of the gate that verifies by examples. */
export type VerifierOptions = Readonly<z.input<typeof verifierOptions>>;

/** Options of `cited` as a program has them. */
export const citedOptions = deferred(() =>
  z.strictObject({
    /** The texts that may be quoted. Default: all text of the call but the assistant's own. */
    sources: functionOption<(call: Call) => readonly string[]>().optional(),
    /** Quotes shorter than so many characters are not looked up. Default: 12. */
    shortest: z.number().int().min(1).max(10_000).default(12),
  }),
);

/** Options of the citation gate. */
export type CitedOptions = Readonly<z.input<typeof citedOptions>>;

/** Options of the gate by command as a program has them. */
export const byCommandOptions = deferred(() =>
  z.strictObject({
    /** Program and arguments, such as `['node', 'check.mjs']`. */
    command: gateOption.command,
    /** Milliseconds for one judgement, 1 to 600,000. Default: 30,000. */
    commandMs: gateOption.commandMs.default(30_000),
  }),
);

/** Options of `bySignal` as a program has them. */
export const bySignalOptions = deferred(() =>
  z.strictObject({
    /** How log-probabilities are judged. Default: as `confident` does. */
    confident: confidentOptions.prefault({}),
    /** How samples are compared, where there are none. Default: as `agreement` does. */
    agreement: agreementOptions.prefault({}),
    /** How the draft is checked, where samples say nothing. Default: as `selfCheck` does. */
    selfCheck: checkOptions.prefault({}),
  }),
);

/** Options of the gate that chooses its signal. */
export type BySignalOptions = Readonly<z.input<typeof bySignalOptions>>;

/** Options of a gate that has its threshold alone; `usual` is its default. */
export function thresholdOptions(usual: number) {
  return z.strictObject({
    /** Score from which the gate accepts a draft. */
    threshold: gateOption.threshold.default(usual),
  });
}
