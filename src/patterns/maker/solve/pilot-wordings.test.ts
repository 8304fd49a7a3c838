import { describe, expect, it } from 'vitest';
import { additionTask, solve } from '../../../entries/solve.ts';
import { onDevice, textAnswer } from '../../../index.ts';
import type { Call } from '../../../model/types.ts';

// It adds rightly but for one sum, which it always gets wrong in the same way.
const adder = onDevice({
  ...{ specificationVersion: 'v4' as const, provider: 'test', modelId: 'adder' },
  supportedUrls: {},
  doGenerate: async (call: Call) => {
    const asked = JSON.stringify(call.prompt);
    const [, ...found] = /What is (\d+) \+ (\d+)|Add (\d+) to (?:the number )?(\d+)/.exec(asked)!;
    const [a, b] = found.filter(Boolean).map(Number) as [number, number];
    return textAnswer(asked.includes('What is 15 + 1?') ? '20' : String(a + b));
  },
  doStream: () => Promise.reject(new Error('not here')),
});

describe('a pilot', () => {
  it('says that another wording is needed where the same answer is flagged each time', async () => {
    const usual = additionTask('12888', '21777');
    const misleading = {
      ...usual,
      wordings: 1,
      prompt: (...given: Parameters<typeof usual.prompt>) =>
        given[0].sum === null
          ? usual.prompt(...given)
          : { text: `What is ${given[0].sum} + 1? Answer with the number alone.` },
    };
    await expect(solve({ task: misleading, solver: adder })).rejects.toThrow(
      /k does nothing here \((\d+) of \1 wrong votes there are the same answer\); another wording/,
    );
    const { state } = await solve({ task: usual, solver: adder });
    expect(usual.answer?.(state)).toBe('34665');
  });
});
