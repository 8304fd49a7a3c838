import type * as z from 'zod';
import { type AnswerCore, answerCore, isSameCore } from '../../../algorithms/text/answer-core.ts';
import { answerKey } from '../../../algorithms/text/answer-key.ts';
import { canonicalAnswer } from '../../../algorithms/text/canonical-answer.ts';
import { readOptions } from '../../../config/read-options.ts';
import { textOf } from '../../../model/answer.ts';
import { asSample } from '../../../model/leaf/sibling-samples.ts';
import { userText } from '../../../model/question.ts';
import { sampleSeed } from '../../../model/sample-seed.ts';
import type { Answer } from '../../../model/types.ts';
import { type Draft, type Gate, type Verdict, verdictOf } from '../gate.ts';
import { type AgreementOptions, agreementOptions } from '../gate-options.ts';

/**
 * Scores a draft by the share of samples that agree with it (self-consistency), be it in other
 * words where answers are short. Agreement is not truth: a model may err the same way each time.
 * It asks for no more samples than it takes to know on which side of the threshold the share will
 * be, and then gives the share of those asked: at most `samples − 1` local calls.
 * @example
 * ```ts
 * const support = cascade({ local, cloud, accept: agreement({ samples: 3, threshold: 0.6 }) });
 * ```
 */
export function agreement(options: AgreementOptions = {}): Gate {
  const checked = readOptions(agreementOptions, options, 'agreement');
  const { samples, threshold } = checked;
  const needed = votesNeeded(threshold, samples);
  const gate: Gate = async draft => {
    const voter = openVote(draft, checked);
    while (
      voter.agreeing < needed &&
      voter.asked - voter.agreeing <= samples - needed &&
      voter.asked < samples
    ) {
      // As many at once as are needed at the least, whatever they say.
      await voter.askFor(Math.min(needed - voter.agreeing, samples - voter.asked));
    }
    return voted(voter, { needed, threshold });
  };
  return Object.assign(gate, { standsOn: () => `agreement of ${samples} samples` });
}

// A threshold is told in two digits: .67 of three are two.
function votesNeeded(threshold: number, samples: number): number {
  return Math.max(1, Math.ceil(threshold * samples - 0.005 * samples - 1e-9));
}

// Votes are counted: a share that was cut to two digits does not tell two of three from .67.
function voted(
  { agreeing, asked }: { readonly agreeing: number; readonly asked: number },
  { needed, threshold }: { readonly needed: number; readonly threshold: number },
): Verdict {
  const score = agreeing / asked;
  const accepts = agreeing >= needed;
  const verdict = verdictOf('agreement', score, threshold);
  if (verdict.accepts === accepts) return verdict;
  return { score, accepts, reason: `agreement of ${agreeing} of ${asked}: ${needed} needed` };
}

/**
 * Measures the share of all samples that agree with a draft, 0..1, without a threshold to stop at.
 */
export async function agreementOf(
  draft: Draft,
  options: Omit<AgreementOptions, 'threshold'>,
): Promise<number> {
  const { samples = 5 } = options;
  const voter = openVote(draft, agreementOptions.parse({ ...options, samples }));
  await voter.askFor(samples - 1);
  return voter.agreeing / samples;
}

// Votes count in the order of asking, so that a resumed run comes to the same end.
function openVote(
  { call, answer, local, ask }: Draft,
  { temperature, key }: z.output<typeof agreementOptions>,
) {
  const read = (given: Answer) => ({
    key: keyOf(given, key),
    core: coreOf(given, key, userText(call)),
    currency: currencyIn(textOf(given)),
  });
  const drafted = read(answer);
  const vote = {
    asked: 1,
    agreeing: 1,
    async askFor(count: number): Promise<void> {
      const first = vote.asked;
      vote.asked += count;
      const others = Array.from({ length: count }, (_, index) => {
        const at = first + index;
        const sample = asSample({ ...call, temperature, seed: sampleSeed(call, at) });
        return ask(local, sample, { id: `sample ${at + 1}` });
      });
      vote.agreeing += (await Promise.all(others)).filter(other =>
        isAlike(read(other), drafted),
      ).length;
    },
  };
  return vote;
}

interface ReadAnswer {
  readonly key: string;
  readonly core: AnswerCore | undefined;
  /** In which an amount is that is all that was said. */
  readonly currency: string | undefined;
}

const currencies = [
  /\$|\busd\b|\bdollars?\b/i,
  /€|\beuros?\b/i,
  /£|\bgbp\b|\bpounds?\b/i,
  /¥|\byen\b/i,
];
const longestAmount = 40;

function currencyIn(text: string): string | undefined {
  if (text.length > longestAmount || !/\d/.test(text)) return undefined;
  return currencies.find(currency => currency.test(text))?.source;
}

// What is read as a number alone has no unit: 5 kg are not 5 g.
const measure = /^-?\d\S* \p{L}/u;

function isAlike(one: ReadAnswer, other: ReadAnswer): boolean {
  const { core } = one;
  if (one.currency && other.currency && one.currency !== other.currency) return false;
  if (core && other.core && isSameCore(core, other.core)) return true;
  const isOtherUnit = measure.test(core?.added ?? '') && measure.test(other.core?.added ?? '');
  return one.key === other.key && !isOtherUnit;
}

// What answers in other words have in common: what they add to the question.
function coreOf(
  answer: Answer,
  key: z.output<typeof agreementOptions>['key'],
  question: string,
): AnswerCore | undefined {
  const isText = key === 'auto' && answer.content.every(({ type }) => type !== 'tool-call');
  return isText ? answerCore(textOf(answer), question) : undefined;
}

function keyOf(answer: Answer, key: z.output<typeof agreementOptions>['key']): string {
  if (typeof key === 'function') return key(answer);
  const tools = answer.content.flatMap(part =>
    part.type === 'tool-call' ? [`${part.toolName} ${canonicalAnswer(part.input)}`] : [],
  );
  return [answerKey(textOf(answer), key), ...tools.sort()].join('\n');
}
