import { describe, expect, it } from 'vitest';
import { collectStream, doubleOf } from '../testing/double.ts';
import { userCall } from './answer.ts';
import { TandemError } from './errors.ts';
import { limit } from './limit.ts';
import { direct } from './pattern/direct.ts';
import type { Journal, RunJournal } from './run/ports.ts';
import { run } from './run/scope-life.ts';

/** A journal whose run can be taken over by somebody else. */
const takeable = () => {
  let isTaken = false;
  const record: RunJournal = {
    find: () => undefined,
    intend: async () => {},
    record: async () => {},
    read() {},
    decide() {},
    end() {},
    confirm() {
      if (isTaken) throw new TandemError('run_taken', 'The run was taken over.');
    },
  };
  const journal: Journal = { begin: () => record };
  return { journal, take: () => (isTaken = true) };
};

describe('a call that waits for its slot', () => {
  it.each(['doGenerate', 'doStream'] as const)(
    'is not paid if the run is lost meanwhile, by %s',
    async method => {
      const { promise: free, resolve: release } = Promise.withResolvers<void>();
      let paid = 0;
      const model = doubleOf({ modelId: 'one' }, async () => {
        if (paid++ === 0) await free;
        return { text: 'ok' };
      });
      const one = limit(model, { concurrency: 1 });
      const first = one.doGenerate(userCall('first'));
      const { journal, take } = takeable();
      const ask = async () => {
        const pattern = direct(one);
        if (method === 'doGenerate') return pattern.doGenerate(userCall('second'));
        return collectStream((await pattern.doStream(userCall('second'))).stream);
      };
      const second = run({ journal }, ask).catch((error: unknown) => error);
      await new Promise(resolve => setTimeout(resolve, 10));
      take();
      release();
      await first;
      expect(await second).toMatchObject({ code: 'run_taken' });
      expect(paid).toBe(1);
      // The slot was given back.
      await one.doGenerate(userCall('third'));
      expect(paid).toBe(2);
    },
  );
});
