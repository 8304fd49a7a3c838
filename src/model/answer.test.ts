import { describe, expect, it } from 'vitest';
import { answerCollector, replay, textAnswer } from './answer.ts';
import { logprobMetadata, logprobsOf } from './leaf/logprobs.ts';

const logprobs = [
  { token: 'Os', logprob: -0.1 },
  { token: 'lo', logprob: -0.2 },
];
const weighed = { ...textAnswer('Oslo'), providerMetadata: logprobMetadata(logprobs) };

describe('an answer that becomes a stream', () => {
  it('has its log-probabilities beside its text, and is the same answer again', () => {
    const collector = answerCollector();
    const told = [...replay(weighed)].flatMap(part => {
      collector.add(part);
      return part.type === 'text-delta' ? [logprobsOf(part)] : [];
    });
    expect(told).toEqual([logprobs]);
    expect(collector.answer()).toMatchObject(weighed);
  });

  it('has them at its end where it is several texts', () => {
    const two = { ...weighed, content: [...weighed.content, ...weighed.content] };
    for (const part of replay(two)) {
      if (part.type === 'text-delta') expect(logprobsOf(part)).toBeUndefined();
      if (part.type === 'finish') expect(logprobsOf(part)).toEqual(logprobs);
    }
  });
});
