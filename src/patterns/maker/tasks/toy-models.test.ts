import { describe, expect, it } from 'vitest';
import { tinyScheme } from '../../../testing/tiny/tiny-scheme.ts';
import { leadFor } from '../solve/projection.ts';
import { pilot, solve } from '../solve/solve.ts';
import { multiplicationTask } from './digits.ts';
import { hanoiTask } from './hanoi.ts';

const toy = (name: string) => tinyScheme.create(name, {});
const hot = [1.5, 1.5] as const;

describe('votes of a real toy model', { timeout: 60_000 }, () => {
  it('carry 6 disks to the end with a pilot’s k, where one sample a step gets lost', async () => {
    const task = hanoiTask(6, { checks: 'form' });
    const solver = toy('hanoi-random-errors');
    const options = { task, solver, temperatures: hot };
    const found = await pilot({ ...options, votes: 6 });
    const k = leadFor(found, 63, 0.95);
    expect(k).toBeGreaterThan(1);
    const rightOf = async (lead: number, seeds: readonly number[]) => {
      let right = 0;
      for (const seed of seeds) {
        let wrong = 0;
        let state = task.initial;
        const { totals } = await solve({
          ...options,
          seed,
          k: lead,
          maxSteps: 63,
          onStep: ({ action }) => {
            if (action !== task.truth!(state)) wrong++;
            state = task.apply(state, action);
          },
        }).catch(() => ({ totals: undefined }));
        if (wrong === 0 && totals) right++;
        // The prompt of a step is read once for all of its votes: what is read anew is shorter
        // than one prompt.
        if (totals && lead > 1)
          expect((totals.inputTokens - totals.cachedTokens) / 63).toBeLessThan(15);
      }
      return right;
    };
    expect(await rightOf(k, [1, 2, 3])).toBe(3);
    expect(await rightOf(1, [1, 2, 3, 4, 5, 6, 7, 8])).toBeLessThan(8);
  });

  it('multiply numbers of nine digits', async () => {
    const task = multiplicationTask('987654321', '123456789');
    const solver = toy('multiplication-random-errors');
    const { state } = await solve({ task, solver, k: 3, temperatures: [1, 1] });
    expect(task.answer!(state)).toBe(String(987654321n * 123456789n));
  });

  it('are refused before the run where errors are systematic', async () => {
    const task = multiplicationTask('987654321987', '123456789123');
    const found = await pilot({
      task,
      solver: toy('multiplication-systematic-errors'),
      states: 40,
      votes: 5,
    });
    expect(found.poisoned!.states).toBeGreaterThan(1);
    expect(() => leadFor(found, 144, 0.95)).toThrow('these errors are systematic');
  });
});
