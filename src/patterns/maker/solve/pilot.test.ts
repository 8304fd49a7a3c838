import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../algorithms/seeded-random.ts';
import { leastLead, stepSuccess } from '../../../algorithms/votes/vote-odds.ts';
import { TandemError } from '../../../model/errors.ts';
import { type SumState, summingTask } from '../tasks/summing.ts';
import type { Pilot } from './pilot-result.ts';
import { leadFor, project, unseenBy } from './projection.ts';
import type { Sampler } from './sampler.ts';
import { pilot, solve } from './solve.ts';

/** A simulated solver: right with probability p(n), else one away. */
const solverOf =
  (p: (n: number) => number): Sampler<SumState> =>
  ({ state: { n, sum }, seed }) =>
    String(n + sum + (seededRandom(seed)() < p(n) ? 0 : 1));

// One state of a thousand is wrong nine times of ten: no k cures it, and few samples of the states
// hold it.
const poisonedAt = (at: number) => solverOf(n => (n === at ? 0.1 : 0.99));
const task = summingTask(1000);

describe('a pilot of some of the states', () => {
  it('misses the one state that ruins the run, and says what it cannot have seen', async () => {
    const found = await pilot({ task, solver: poisonedAt(623) });
    expect(found.poisoned).toMatchObject({ states: 0, unclear: 0, share: 0, isCensus: false });
    // As if drawn without putting back: (1 - 200/1000)^13 is above 0.05, with 14 it is not.
    expect(found.poisoned!.upper).toBe(0.013);
    expect(unseenBy(found)).toBe(
      '0 of 200 states are beyond the cure of votes; up to 1.3 % of all may be: the ceiling is ' +
        'not proven',
    );
    const k = leadFor(found, 1000, 0.95);
    const { ceiling, provenCeiling, success } = project(found, 1000, k);
    expect([ceiling, success! > 0.95, provenCeiling! < 1e-5]).toEqual([1, true, true]);
    const run = await solve({ task, solver: poisonedAt(623), k });
    expect(run.state.sum).not.toBe(499_500);
  });

  it('is refused where the ceiling is to be proven', async () => {
    const error = await solve({ task, solver: poisonedAt(623), ceiling: 'proven' }).catch(
      (thrown: TandemError) => thrown,
    );
    expect(error).toMatchObject({ code: 'unreachable_target', data: { poisonedUpper: 0.013 } });
    expect((error as TandemError).message).toContain(
      "Try all states (`pilot: { states: 'all' }`, `--states all`)",
    );
  });

  it('proves nothing without the truth', async () => {
    const { truth: _truth, ...untold } = summingTask(30);
    const error = await solve({ task: untold, solver: poisonedAt(40), ceiling: 'proven' }).catch(
      (thrown: TandemError) => thrown,
    );
    expect((error as TandemError).message).toContain(
      'nothing is proven where nobody knew the right answers',
    );
  });
});

describe('a pilot of all states', () => {
  it('finds the one state that ruins the run, and refuses any target', async () => {
    const found = await pilot({ task, solver: poisonedAt(623), states: 'all' });
    expect(found).toMatchObject({
      states: 1000,
      poisoned: { states: 1, share: 0.001, upper: 0.001, isCensus: true },
    });
    expect(unseenBy(found)).toBeUndefined();
    const error = await solve({
      task,
      solver: poisonedAt(623),
      pilot: { states: 'all' },
      target: 0.1,
    }).catch((thrown: TandemError) => thrown);
    expect(error).toMatchObject({ code: 'unreachable_target', data: { ceiling: 0 } });
    expect((error as TandemError).message).toContain(
      '1 of all 1000 states has a wrong answer as its most common one, so that over 1000 steps ' +
        'no k reaches more than 0: these',
    );
  });

  it('proves the ceiling where votes can cure each of them, and the run ends right', async () => {
    const solver = solverOf(n => (n === 623 ? 0.7 : 0.99));
    const found = await solve({ task, solver, pilot: { states: 'all' }, ceiling: 'proven' });
    expect(found.state.sum).toBe(499_500);
    // One state is harder than the others: k is what it needs, with fresh votes on it.
    const [hard, ...others] = found.pilot!.hard!;
    expect(others).toEqual([]);
    expect(hard).toMatchObject({ index: 623, samples: 200 });
    expect(found.k).toBeGreaterThan(leastLead({ p: found.pilot!.pLower, steps: 1000 }, 0.95));
    expect(found.pilot!.poisoned).toEqual({
      states: 0,
      unclear: 0,
      share: 0,
      upper: 0,
      isCensus: true,
    });
    expect(found.projection).toMatchObject({ ceiling: 1, provenCeiling: 1 });
  });

  it('is what a pilot is anyway where the run has no more than 200 steps', async () => {
    const { poisoned } = await pilot({ task: summingTask(60), solver: poisonedAt(60) });
    expect(poisoned).toMatchObject({ states: 0, upper: 0, isCensus: true });
  });

  it('refuses a step that goes either way as often, though none is wrong for good', async () => {
    const usual = solverOf(() => 0.99);
    const even: typeof usual = request => {
      const { n, sum } = request.state;
      return n === 30 ? String(n + sum + (request.vote % 2)) : usual(request);
    };
    const found = await pilot({ task: summingTask(60), solver: even });
    expect(found.poisoned).toMatchObject({ states: 0, unclear: 1 });
    expect(() => leadFor(found, 60, 0.95)).toThrow(
      '1 of all 60 states has no answer that leads clearly, so that over 60 steps no k reaches ' +
        'more than 0.50',
    );
    expect(leadFor(found, 60, 0.4)).toBeGreaterThan(1);
  });

  it('is refused with a count that is none', async () => {
    for (const states of [0, 1.5]) {
      const error = await pilot({ task, solver: poisonedAt(0), states }).catch(
        (thrown: TandemError) => thrown,
      );
      expect(TandemError.isInstance(error) && error.message).toContain(
        '`states` must be a whole number of 1 or more',
      );
    }
  });
});

describe('a pilot costs no more than its run', () => {
  const wayOf = (steps: number) => {
    const { truth: _truth, ...way } = summingTask(steps);
    return way;
  };
  const sizes = [1, 5, 7, 30, 300].flatMap(steps =>
    [0.99, 0.9, 0.8, 0.65].map(p => ({ steps, p })),
  );

  it.each([
    ['with the truth', summingTask, {}],
    ['with the truth and votes that are given', summingTask, { votes: 2 }],
    ['without the truth', wayOf, {}],
    ['without it, votes given', wayOf, { votes: 2 }],
  ])('%s, whatever share of its states wavers', async (_, taskOf, options) => {
    for (const { steps, p } of sizes.flatMap(size => [size, size, size])) {
      let drawn = 0;
      const usual = solverOf(n => (n % 3 === 0 ? p : 1));
      const solver: typeof usual = request => {
        drawn++;
        return usual(request);
      };
      const found = await pilot({ task: taskOf(steps), solver, seed: drawn, ...options });
      const run = runOf(found, steps);
      if (run !== undefined)
        expect({ steps, p, isWithin: drawn <= run }).toMatchObject({ isWithin: true });
      else expect(drawn / steps).toBeLessThan(20);
    }
  });

  it('and says what it left unmeasured, which is not proven and not taken as lost', async () => {
    // Three of twelve states are right in two votes of three.
    const solver: Sampler<SumState> = ({ state: { n, sum }, vote }) =>
      String(n + sum + (n % 5 === 0 && vote % 3 === 1 ? 1 : 0));
    let found: Pilot | undefined;
    const onPilot = (seen: Pilot) => {
      found = seen;
    };
    const twelve = { task: summingTask(12), solver, target: 0.6 };
    const { state } = await solve({ ...twelve, onPilot });
    expect(state.sum).toBe(66);
    expect(found!.poisoned).toMatchObject({ states: 0, unclear: 0, unmeasured: 3, isCensus: true });
    expect(unseenBy(found!)).toBe(
      '0 of 12 states are beyond the cure of votes; 3 whose votes differ are left unmeasured, so ' +
        'that the pilot costs no more than its run; up to 25 % of all may be: the ceiling is not ' +
        'proven',
    );
    await expect(solve({ ...twelve, ceiling: 'proven' })).rejects.toThrow('left unmeasured');
    const { pilot: whole } = await solve({
      ...twelve,
      pilot: { states: 'all' },
      ceiling: 'proven',
    });
    expect(whole!.poisoned).toMatchObject({ states: 0, unclear: 0, upper: 0 });
  });
});

/** Samples of the run that a pilot projects; nothing where it refuses. */
function runOf(found: Pilot, steps: number): number | undefined {
  try {
    return project(found, steps, leadFor(found, steps, 0.95)).samples;
  } catch {
    return undefined;
  }
}

describe('the k of a pilot', () => {
  it('reaches the target where few steps are hard, which one p’s formula never does', async () => {
    const steps = 1000;
    // Simulated: one step of twenty is right in three votes of four, the others in 99 of 100.
    const p = (n: number) => (n % 20 === 3 ? 0.75 : 0.99);
    const successOf = (k: number) =>
      Array.from({ length: steps }, (_, n) => stepSuccess(p(n), k)).reduce(
        (product, each) => product * each,
        1,
      );
    const met = { pilot: 0, formula: 0 };
    for (let seed = 1; seed <= 12; seed++) {
      const found = await pilot({ task, solver: solverOf(p), seed, states: 'all' });
      if (successOf(leadFor(found, steps, 0.95)) >= 0.95) met.pilot++;
      if (successOf(leastLead({ p: found.pLower, steps }, 0.95)) >= 0.95) met.formula++;
    }
    expect(met.pilot).toBeGreaterThanOrEqual(11);
    expect(met.formula).toBe(0);
  });

  it('does not take one of many states all hard for one that is wrong for good', async () => {
    const found = await pilot({ task, solver: solverOf(() => 0.7), states: 'all' });
    expect(found.poisoned).toMatchObject({ states: 0, unclear: 0 });
    expect(leadFor(found, 1000, 0.95)).toBeGreaterThanOrEqual(12);
  });
});
