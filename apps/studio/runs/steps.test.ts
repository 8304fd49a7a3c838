import { expect, it } from 'vitest';
import type { Call } from './lanes.tsx';
import { notesOf, votesOf } from './steps.tsx';

const call = (name: string, outputTokens = 10): Call => ({
  ...{ seq: 1, trail: ['maker', name], model: 'small', place: 'device', startMs: 0, ms: 1 },
  ...{ inputTokens: 1, outputTokens, costUsd: 0, characters: 1, attempts: 1, isFinished: true },
});

it('counts the votes of each step, the hardest first', () => {
  const names = ['plan 1', 'step 1 vote 1', 'step 2.a vote 1', 'step 2.a vote 2', 'answer'];
  expect(votesOf(names.map(name => call(name)))).toEqual([
    { name: 'step 2.a', value: 2 },
    { name: 'step 1', value: 1 },
  ]);
});

it('takes what the last note of each part came to', () => {
  const calls = [call('pass 1 part 1', 5), call('pass 1 part 1 again', 9), call('pass 1 part 2')];
  expect(notesOf(calls)).toEqual([
    { name: 'pass 1 part 1', value: 9 },
    { name: 'pass 1 part 2', value: 10 },
  ]);
});
