import type { Task } from '../solve/task.ts';

/** How far a sum is. */
export interface SumState {
  readonly n: number;
  readonly sum: number;
}

/**
 * A task for tests of `solve`: adds its index to a sum, step by step; the solver says the next sum.
 */
export function summingTask(goal: number): Task<SumState, number> {
  return {
    name: `sum to ${goal}`,
    steps: goal,
    initial: { n: 0, sum: 0 },
    isDone: ({ n }) => n >= goal,
    prompt: ({ n, sum }) => ({ text: `${sum} + ${n} =` }),
    parse: text => (/^\d+$/.test(text) ? { action: Number(text) } : { redFlag: 'no number' }),
    apply: ({ n }, sum) => ({ n: n + 1, sum }),
    truth: ({ n, sum }) => n + sum,
    key: String,
  };
}
