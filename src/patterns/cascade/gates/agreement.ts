import { type AnswerKind, answerKey } from '../../../algorithms/text/answer-key.ts';
import { canonicalAnswer } from '../../../algorithms/text/canonical-answer.ts';
import { textOf } from '../../../model/answer.ts';
import { requireRange, requireWhole } from '../../../model/errors.ts';
import { asSample } from '../../../model/leaf/sibling-samples.ts';
import type { Answer } from '../../../model/types.ts';
import { type Draft, type Gate, verdictOf } from '../gate.ts';

/** What counts as the same answer: a kind of answer, or a function of it. */
export type AgreementKey = AnswerKind | ((answer: Answer) => string);

/** Options of the agreement gate. */
export interface AgreementOptions {
  /** Samples in all, the draft included; 2 or more. Default: 3. */
  readonly samples?: number;
  /** Share that must agree with the draft, 0..1. Default: 0.67. */
  readonly threshold?: number;
  /** Temperature of the further samples. Default: 0.7. */
  readonly temperature?: number;
  /** What counts as the same answer. Default: `auto`. */
  readonly key?: AgreementKey;
}

/**
 * Scores a draft by the share of samples that agree with it (self-consistency). Agreement is not
 * truth: a model may err the same way each time. It asks for no more samples than it takes to know
 * on which side of the threshold the share will be, and then gives the share of those asked: at
 * most `samples − 1` local calls.
 */
export function agreement(options: AgreementOptions = {}): Gate {
  const samples = requireWhole(
    'samples',
    options.samples ?? 3,
    2,
    'The draft is the first of them.',
  );
  const threshold = requireRange(
    'threshold',
    options.threshold ?? 0.67,
    [0, 1],
    'It is a share of samples.',
  );
  const needed = Math.max(1, Math.ceil(threshold * samples - 1e-9));
  const gate: Gate = async draft => {
    const voter = openVote(draft, options);
    while (
      voter.agreeing < needed &&
      voter.asked - voter.agreeing <= samples - needed &&
      voter.asked < samples
    ) {
      // As many at once as are needed at the least, whatever they say.
      await voter.askFor(Math.min(needed - voter.agreeing, samples - voter.asked));
    }
    return verdictOf('agreement', voter.agreeing / voter.asked, threshold);
  };
  return Object.assign(gate, { standsOn: () => `agreement of ${samples} samples` });
}

/**
 * Measures the share of all samples that agree with a draft, 0..1, without a threshold to stop at.
 */
export async function agreementOf(
  draft: Draft,
  options: Omit<AgreementOptions, 'threshold'>,
): Promise<number> {
  const voter = openVote(draft, options);
  const samples = options.samples ?? 5;
  await voter.askFor(samples - 1);
  return voter.agreeing / samples;
}

// Votes count in the order of asking, so that a resumed run comes to the same end.
function openVote(
  { call, answer, local, ask }: Draft,
  { temperature = 0.7, key = 'auto' }: AgreementOptions,
) {
  const drafted = keyOf(answer, key);
  const vote = {
    asked: 1,
    agreeing: 1,
    async askFor(count: number): Promise<void> {
      const first = vote.asked;
      vote.asked += count;
      const others = Array.from({ length: count }, (_, index) => {
        const at = first + index;
        const sample = asSample({ ...call, temperature, seed: (call.seed ?? 0) + at });
        return ask(local, sample, { id: `sample ${at + 1}` });
      });
      vote.agreeing += (await Promise.all(others)).filter(
        other => keyOf(other, key) === drafted,
      ).length;
    },
  };
  return vote;
}

function keyOf(answer: Answer, key: AgreementKey): string {
  if (typeof key === 'function') return key(answer);
  const tools = answer.content.flatMap(part =>
    part.type === 'tool-call' ? [`${part.toolName} ${canonicalAnswer(part.input)}`] : [],
  );
  return [answerKey(textOf(answer), key), ...tools.sort()].join('\n');
}
