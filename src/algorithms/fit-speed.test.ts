import { describe, expect, it } from 'vitest';
import { fitSpeed } from './fit-speed.ts';

const call = (inputTokens: number, outputTokens: number, durationMs: number) => ({
  inputTokens,
  outputTokens,
  durationMs,
});

describe('fitSpeed', () => {
  it('tells the speed of the prompt from that of the answer', () => {
    // 1,000 tokens of prompt and 20 of answer in a second.
    const calls = [
      [1000, 20],
      [500, 80],
      [2000, 10],
      [100, 100],
    ].map(([input, output]) => call(input!, output!, input! + output! * 50));
    const { input, output } = fitSpeed(calls)!;
    expect(input).toBeCloseTo(1000, 3);
    expect(output).toBeCloseTo(20, 3);
  });

  it('takes both together where the calls are all alike', () => {
    expect(fitSpeed([call(100, 100, 1000), call(100, 100, 1000), call(100, 100, 1000)])).toEqual({
      input: 200,
      output: 200,
    });
  });

  it('says nothing of a model that was hardly asked, or that nobody timed', () => {
    expect(fitSpeed([call(100, 10, 50), call(90, 10, 40)])).toBeUndefined();
    expect(fitSpeed([call(1, 1, 0), call(1, 1, 0), call(1, 1, 0)])).toBeUndefined();
  });
});
