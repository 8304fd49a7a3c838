import { canonicalAnswer } from '../../../algorithms/canonical-answer.ts';
import { textOf } from '../../../model/answer.ts';
import { requireRange, requireWhole } from '../../../model/errors.ts';
import type { Answer } from '../../../model/types.ts';
import { type Gate, verdictOf } from '../gate.ts';

/** Options of the agreement gate. */
export interface AgreementOptions {
  /** Samples in all, the draft included; 2 or more. Default: 3. */
  readonly samples?: number;
  /** Share that must agree with the draft, 0..1. Default: 0.67. */
  readonly threshold?: number;
  /** Temperature of the further samples. Default: 0.7. */
  readonly temperature?: number;
  /** What counts as the same answer. Default: equal after `canonicalAnswer`. */
  readonly key?: (answer: Answer) => string;
}

/**
 * Scores a draft by the share of samples that agree with it (self-consistency). Agreement is not truth: a model may
 * err the same way each time. Costs `samples − 1` local calls.
 */
export function agreement(options: AgreementOptions = {}): Gate {
  const samples = requireWhole('samples', options.samples ?? 3, 2, 'The draft is the first of them.');
  const threshold = requireRange('threshold', options.threshold ?? 0.67, [0, 1], 'It is a share of samples.');
  const { temperature = 0.7, key = answerKey } = options;
  return async ({ call, answer, local, ask }) => {
    const others = Array.from({ length: samples - 1 }, (_, index) =>
      ask(local, { ...call, temperature, seed: (call.seed ?? 0) + index + 1 }, { id: `sample ${index + 2}` }),
    );
    const drafted = key(answer);
    const agreeing = (await Promise.all(others)).filter(other => key(other) === drafted).length + 1;
    return verdictOf('agreement', agreeing / samples, threshold);
  };
}

function answerKey(answer: Answer): string {
  const tools = answer.content.flatMap(part =>
    part.type === 'tool-call' ? [`${part.toolName} ${canonicalAnswer(part.input)}`] : [],
  );
  return [canonicalAnswer(textOf(answer)), ...tools.sort()].join('\n');
}
