import { cascade, defaultGate, type Gate } from '../../src/index.ts';
import { scriptedModel } from '../../src/testing/index.ts';
import { callOf, type KeptDraft } from './collect.ts';
import { type Question, questions } from './questions.ts';

/** Signals of a draft that cost no call; of each, more speaks for the draft. */
export const signalNames = ['mean', 'least', 'short', 'gate'] as const;

/** Name of a signal. */
export type SignalName = (typeof signalNames)[number];

/** A kept draft with what its signals say. */
export interface MeasuredDraft extends KeptDraft {
  readonly signals: Readonly<Record<SignalName, number>>;
  /** Whether the default gate keeps it. */
  readonly isKept: boolean;
  /** Whether the default gate takes it for no answer. */
  readonly isNoAnswer: boolean;
  /** Whether the question states its answer, so that the default gate works it out. */
  readonly isWorkedOut: boolean;
}

/** Measures kept drafts as a cascade would, of the questions that were asked. */
export async function measured(
  drafts: readonly KeptDraft[],
  each: number,
): Promise<MeasuredDraft[]> {
  const byId = new Map(questions(each, 1).map(question => [question.id, question]));
  const found: MeasuredDraft[] = [];
  for (const draft of drafts) {
    const question = byId.get(draft.id);
    if (!question || draft.tokens.length === 0) continue;
    const { score, accepts, reason } = await verdictOn(draft, question);
    const logprobs = draft.tokens.map(([, logprob]) => logprob);
    const mean = logprobs.reduce((sum, each) => sum + each, 0) / logprobs.length;
    found.push({
      ...draft,
      // What was learned about truth since holds of drafts that were kept before.
      isRight: question.isRight(draft.text),
      isKept: accepts,
      isNoAnswer: reason.includes('is no answer'),
      isWorkedOut: reason.includes('worked out'),
      signals: {
        mean: Math.exp(mean),
        least: Math.exp(Math.min(...logprobs)),
        short: -draft.text.length,
        gate: score,
      },
    });
  }
  return found;
}

async function verdictOn(draft: KeptDraft, question: Question) {
  let verdict = { score: 0, accepts: false, reason: '' };
  const judge = defaultGate();
  const gate: Gate = async given => {
    const { score, accepts, reason } = await judge(given);
    verdict = { score: score === 'unknown' ? 0 : score, accepts, reason };
    return { score: 1, accepts: true, reason: accepts ? 'kept' : 'refused' };
  };
  const logprobs = draft.tokens.map(([token, logprob]) => ({ token, logprob }));
  const finishReason = draft.finish === 'length' ? 'length' : 'stop';
  await cascade({
    local: scriptedModel([{ text: draft.text, finishReason, logprobs }]),
    cloud: scriptedModel([]),
    accept: Object.assign(gate, { needsLogprobs: true }),
    repair: false,
  }).doGenerate(callOf(question, draft.temperature));
  return verdict;
}
