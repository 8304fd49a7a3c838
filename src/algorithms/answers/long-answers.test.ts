import { expect, it } from 'vitest';
import { numberIn } from '../text/answer-key.ts';
import { canonicalAnswer } from '../text/canonical-answer.ts';
import { jsonIn } from '../text/json-in.ts';
import { canonicalSolution } from '../votes/canonical-solution.ts';
import { isHalf } from './form-faults.ts';

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  isHalf: text => isHalf(text, ''),
  numberIn,
  canonicalSolution,
  canonicalAnswer,
  jsonIn,
  // White space after an opening brace is what small models write in JSON mode.
  jsonOfSpaces: text => jsonIn(`{${text.slice('answer:'.length)}`),
};

// What small models write without an end, and what made expressions slow.
it.each(['中', 'answer:\n', '\n', '\r', ' ', 'a(', '\\"', '/* ', 'if : ', '!', '{ ', '{"a":'])(
  'an answer of 64 kB of %j is read in time that grows with it alone',
  unit => {
    const text = `answer:${unit.repeat(64_000 / unit.length)}!`;
    for (const [name, read] of Object.entries(readers)) {
      const begun = process.threadCpuUsage();
      read(text);
      const { user, system } = process.threadCpuUsage(begun);
      expect([name, (user + system) / 1000 < 400]).toEqual([name, true]);
    }
  },
);
