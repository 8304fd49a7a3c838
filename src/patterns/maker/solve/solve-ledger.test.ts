import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { TandemError } from '../../../model/errors.ts';
import { openLedger } from '../../../runs/ledger.ts';
import { scriptedModel } from '../../../testing/scripted-model.ts';
import { type SumState, summingTask } from '../tasks/summing.ts';
import type { Sampler } from './sampler.ts';
import { solve } from './solve.ts';
import { solverOf } from './summing-solver.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-solve-ledger-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const ledgerAt = (name: string, runId = 'r') =>
  openLedger({ path: join(folder, `${name}.db`), runId, batch: 10 });

describe('solve with a ledger', () => {
  it('goes on after a kill with the k of its pilot, to the same result', async () => {
    const options = { task: summingTask(300), solver: solverOf(0.9), seed: 5 };
    const whole = await solve(options);
    let isPilotDone = false;
    const dies: typeof options.solver = request => {
      if (isPilotDone && request.step === 137) throw new Error('killed');
      return options.solver(request);
    };
    const onPilot = () => {
      isPilotDone = true;
    };
    {
      using ledger = await ledgerAt('killed');
      await expect(solve({ ...options, solver: dies, onPilot, ledger })).rejects.toThrow('killed');
    }
    using ledger = await ledgerAt('killed');
    expect(ledger.length).toBe(137);
    const resumed = await solve({ ...options, ledger });
    expect(resumed).toMatchObject({
      resumedFrom: 137,
      k: whole.k,
      samples: whole.samples,
      state: whole.state,
    });
    expect(resumed.pilot).toBeUndefined();
  });

  it('goes on by the posterior that it was begun with, hard steps included', async () => {
    const solver: Sampler<SumState> = request =>
      solverOf(request.state.n % 10 === 0 ? 0.7 : 0.99)(request);
    const options = { task: summingTask(300), solver, rule: 'posterior' as const, seed: 2 };
    const whole = await solve(options);
    {
      using ledger = await ledgerAt('posterior');
      const onStep = ({ index }: { index: number }) => {
        if (index === 150) throw new Error('killed');
      };
      await expect(solve({ ...options, onStep, ledger })).rejects.toThrow('killed');
    }
    using ledger = await ledgerAt('posterior');
    const resumed = await solve({ ...options, ledger });
    expect(resumed.resumedFrom).toBeGreaterThan(100);
    expect([resumed.samples, resumed.state]).toEqual([whole.samples, whole.state]);
  });

  it('has nothing left to do when it is done', async () => {
    using ledger = await ledgerAt('done');
    const options = { task: summingTask(20), solver: solverOf(1), k: 2, ledger };
    await solve(options);
    const again = await solve({ ...options, solver: scriptedModel([]) as never });
    expect(again).toMatchObject({ steps: 20, resumedFrom: 20 });
  });

  it.each([
    ['another task', { task: summingTask(21) }, 'sum to 20'],
    ['another k', { k: 3 }, 'k = 2'],
    ['another seed', { seed: 9 }, 'the seed 0'],
    [
      'another first state',
      { task: { ...summingTask(20), initial: { n: 0, sum: 7 } } },
      'another first state',
    ],
  ])('refuses %s, and loses nothing', async (_, change, says) => {
    using ledger = await ledgerAt(`mismatch ${says}`);
    const options = { task: summingTask(20), solver: solverOf(1), k: 2, ledger };
    await solve(options);
    const error = await solve({ ...options, ...change }).catch((thrown: TandemError) => thrown);
    expect(error).toMatchObject({ code: 'resume_mismatch' });
    expect((error as TandemError).message).toContain(says);
    expect(ledger.length).toBe(20);
  });
});
