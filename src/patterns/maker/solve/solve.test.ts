import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../algorithms/seeded-random.ts';
import { expectedVotes, leastLead } from '../../../algorithms/votes/vote-odds.ts';
import { TandemError } from '../../../model/errors.ts';
import { run } from '../../../model/run/scope-life.ts';
import { openJournal } from '../../../runs/journal.ts';
import { openLedger } from '../../../runs/ledger.ts';
import { simulatedModel } from '../../../testing/simulated-model.ts';
import { memorySink } from '../../../trace/sink.ts';
import { type SumState, summingTask } from '../tasks/summing.ts';
import type { Progress } from './progress.ts';
import type { Sampler } from './sampler.ts';
import { pilot, solve } from './solve.ts';
import { solverOf } from './summing-solver.ts';
import type { VoteTable } from './vote-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-solve-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const ledgerAt = (name: string, runId = 'r') =>
  openLedger({ path: join(folder, `${name}.db`), runId, batch: 10 });

const total = (goal: number) => (goal * (goal - 1)) / 2;
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => (TandemError.isInstance(error) ? error.code : String(error)),
  );

describe('solve', () => {
  it('takes k from a pilot, and ends right where one sample a step fails', async () => {
    const found = await solve({ task: summingTask(500), solver: solverOf(0.9), seed: 1 });
    expect(found.state.sum).toBe(total(500));
    expect(found.k).toBeGreaterThanOrEqual(5);
    expect(found.projection!.success).toBeGreaterThan(0.95);
    expect(found.pilot!.votes).toBe(1000);
    const single = await solve({ task: summingTask(500), solver: solverOf(0.9), k: 1 });
    expect(single.state.sum).not.toBe(total(500));
  });

  it('takes as many votes as the formula says, and samples a malformed answer again', async () => {
    const { votesPerStep, samples, flagged, flags } = await solve({
      task: summingTask(5000),
      solver: solverOf(0.9, { valid: 0.8 }),
      k: 5,
    });
    expect(Math.abs(votesPerStep / expectedVotes(0.9, 5) - 1)).toBeLessThan(0.03);
    expect(Math.abs(flagged / samples - 0.2)).toBeLessThan(0.02);
    expect(flags).toEqual({ 'no number': flagged });
  });

  it('ends right on mixed steps by the k of hard ones or the posterior, not the mean', async () => {
    const mixed: Sampler<SumState> = request =>
      solverOf(request.state.n % 10 === 0 ? 0.7 : 0.995)(request);
    const options = { task: summingTask(400), solver: mixed };
    const right = { lead: 0, posterior: 0, mean: 0 };
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const found = await solve({ ...options, seed });
      // What the paper's formula asks for, p being the same on every step.
      const mean = leastLead({ p: found.pilot!.pLower, steps: 400 }, 0.95);
      expect(found.pilot!.hard!.length).toBeGreaterThan(5);
      expect(found.k).toBeGreaterThan(mean);
      const byPosterior = await solve({ ...options, seed, rule: 'posterior' });
      const byMean = await solve({ ...options, seed, k: mean });
      const isRight = ({ state }: typeof found) => (state.sum === total(400) ? 1 : 0);
      right.lead += isRight(found);
      right.posterior += isRight(byPosterior);
      right.mean += isRight(byMean);
    }
    expect(right.lead).toBe(6);
    expect(right.posterior).toBe(6);
    expect(right.mean).toBeLessThan(6);
  });

  it('asks a model through `ask`, in one run whose calls are not kept singly', async () => {
    const sink = memorySink();
    using journal = openJournal({ path: join(folder, 'journal.db') });
    const solver = simulatedModel({
      accuracy: 1,
      truth: prompt => {
        const [sum, n] = prompt.replace(' =', '').split(' + ').map(Number);
        return String(sum! + n!);
      },
    });
    const found = await run({ sink, journal, runId: 'votes' }, () =>
      solve({ task: summingTask(30), solver, k: 2 }),
    );
    expect(found.state.sum).toBe(total(30));
    expect(found.totals.calls).toBe(60);
    expect(found.totals.inputTokens).toBeGreaterThan(60);
    expect(sink.runs[0]!.root.children[0]!.children).toEqual([]);
    expect((await journal.show('votes')).calls).toBe(0);
  });

  it('books what a cloud has cost, in sum', async () => {
    using journal = openJournal({ path: join(folder, 'cloud.db') });
    const solver = simulatedModel({
      modelId: 'cloud-model',
      place: 'cloud',
      accuracy: 1,
      truth: () => '0',
    });
    const prices = { 'cloud-model': { input: 1, output: 1 } };
    const found = await solve({
      task: summingTask(2),
      solver,
      k: 2,
      run: { journal, runId: 'sum', prices } as never,
    });
    expect(found.totals.calls).toBeGreaterThan(2);
    expect((await journal.show('sum')).calls).toBe(1);
    expect(await journal.egress()).toHaveLength(found.totals.calls);
  });

  it('lets several solvers and wordings take turns', async () => {
    const seen: string[] = [];
    const named =
      (name: string): Sampler<SumState> =>
      ({ prompt, state }) => {
        seen.push(`${name} ${prompt.text}`);
        return String(state.n + state.sum);
      };
    const task = {
      ...summingTask(1),
      wordings: 2,
      prompt: (_state: unknown, wording: number) => ({ text: `w${wording}` }),
    };
    await solve({ task, solver: [named('a'), named('b')], k: 4 });
    expect(seen).toEqual(['a w0', 'b w0', 'a w1', 'b w1']);
  });

  it('tells how far it is', async () => {
    const told: Progress[] = [];
    await solve({
      task: summingTask(50),
      solver: solverOf(1),
      onProgress: progress => told.push(progress),
    });
    expect(told[0]).toMatchObject({ phase: 'pilot', steps: 50 });
    expect(told.at(-1)).toMatchObject({ phase: 'steps', step: 50, steps: 50, leftMs: 0 });
    expect(told.at(-1)!.hardest.samples).toBeGreaterThan(0);
  });

  it('can be aborted, and keeps what was accepted', async () => {
    const controller = new AbortController();
    using ledger = await ledgerAt('aborted');
    const options = {
      task: summingTask(1e6),
      solver: solverOf(1),
      k: 1,
      ledger,
      signal: controller.signal,
    };
    setTimeout(() => controller.abort(), 50);
    await expect(solve(options)).rejects.toMatchObject({ name: 'AbortError' });
    expect(ledger.length).toBeGreaterThan(0);
  });
});

describe('a pilot', () => {
  it('refuses a solver whose errors are systematic, with the reason', async () => {
    const systematic: Sampler<SumState> = ({ state: { n, sum } }) =>
      String(n + sum + (n % 15 === 3 ? 1 : 0));
    const found = await pilot({ task: summingTask(400), solver: systematic });
    expect(found.poisoned!.share).toBeCloseTo(1 / 15, 1);
    const error = await solve({ task: summingTask(400), solver: systematic }).catch(
      (thrown: TandemError) => thrown,
    );
    expect(error).toMatchObject({ code: 'unreachable_target' });
    expect((error as TandemError).message).toMatch(
      /\d+ of 200 states have a wrong answer as their most common one/,
    );
    expect((error as TandemError).message).toContain('votes make them certain');
  });

  it('does not take bad luck for a systematic error', async () => {
    const { poisoned, p } = await pilot({ task: summingTask(400), solver: solverOf(0.75) });
    expect(p).toBeCloseTo(0.75, 1);
    expect(poisoned!.states).toBe(0);
  });

  it.each([
    ['a solver that is wrong as often as right', 0.45, 'only gets worse by votes'],
    ['a solver that may be', 0.52, 'lower bound'],
  ])('refuses %s', async (_, p, says) => {
    // Two wrong alternatives, so that the right answer stays the most common one.
    const solver: Sampler<SumState> = ({ state: { n, sum }, seed }) => {
      const random = seededRandom(seed);
      return String(n + sum + (random() < p ? 0 : 1 + Math.floor(random() * 9)));
    };
    const error = await solve({ task: summingTask(400), solver }).catch(
      (thrown: TandemError) => thrown,
    );
    expect(error).toMatchObject({ code: 'unreachable_target' });
    expect((error as TandemError).message).toContain(says);
  });

  it('refuses a solver that nothing valid comes from, naming its flags', async () => {
    const error = await solve({ task: summingTask(40), solver: () => '?' }).catch(
      (thrown: TandemError) => thrown,
    );
    expect((error as TandemError).message).toContain(
      'none of 5 states got a valid vote (10 flagged as "no number", such as "?")',
    );
  });

  it('promises nothing without the truth: what it saw is agreement', async () => {
    const { truth: _truth, ...task } = summingTask(250);
    const found = await solve({ task, solver: solverOf(0.95) });
    expect(found.pilot!.basis).toBe('agreement');
    expect(found.pilot!.poisoned).toBeUndefined();
    expect(found.projection!.success).toBeUndefined();
    expect(found.projection!.k).toBeGreaterThan(1);
  });

  it('takes labelled states, or a stronger model, for the truth', async () => {
    const { truth, ...task } = summingTask(250);
    const labelled = Array.from({ length: 100 }, (_, n) => {
      const state = { n, sum: total(n) };
      return { state, action: truth!(state) };
    });
    const byLabels = await pilot({ task, solver: solverOf(0.9), truth: labelled });
    expect(byLabels).toMatchObject({ basis: 'truth', states: 100, steps: 250 });
    const byModel = await pilot({
      task,
      solver: solverOf(0.9),
      truth: { solver: solverOf(0.99), k: 3 },
    });
    expect(byModel).toMatchObject({ basis: 'truth', states: 200 });
    for (const { p } of [byLabels, byModel]) expect(p).toBeCloseTo(0.9, 1);
  });

  it('asks before a run that is projected beyond the limit', async () => {
    const slow: Sampler<SumState> = async request => {
      await new Promise(resolve => setTimeout(resolve, 1));
      return solverOf(1)(request);
    };
    const options = {
      task: summingTask(20),
      solver: slow,
      pilot: { votes: 5 },
      askBeyond: { durationMs: 1 },
    };
    expect(await codeOf(solve(options))).toBe('budget_exceeded');
    expect(await codeOf(solve({ ...options, confirm: () => false }))).toBe('budget_exceeded');
    expect(await codeOf(solve({ ...options, confirm: ({ durationMs }) => durationMs > 1 }))).toBe(
      'no error',
    );
  });
});

describe('a task in bad hands', () => {
  const task = summingTask(40);
  const solver = solverOf(1);

  it.each(['apply', 'parse', 'prompt', 'isLegal', 'isDone'] as const)(
    'whose `%s` throws is a typed error that names it, and keeps what was accepted',
    async part => {
      const whole = { ...task, isLegal: async () => true };
      const work = whole[part] as (...given: unknown[]) => unknown;
      const broken = {
        ...whole,
        [part]: (...given: unknown[]) => {
          const state = given.find(each => typeof each === 'object') as { n: number };
          if (state.n >= 25) throw new Error('no good');
          return work(...given);
        },
      };
      using ledger = await ledgerAt(`broken ${part}`);
      const error = await solve({ task: broken as typeof task, solver, k: 2, ledger }).catch(
        (thrown: TandemError) => thrown,
      );
      expect(error).toMatchObject({ code: 'pattern_failed', data: { part } });
      expect((error as TandemError).message).toContain('no good');
      expect(ledger.length).toBe(25);
    },
  );

  it('whose parse returns nothing is a typed error too', async () => {
    const broken = { ...task, parse: () => undefined as never };
    expect(await codeOf(solve({ task: broken, solver, k: 1 }))).toBe('pattern_failed');
  });

  it('whose parse never succeeds ends with the vote table, not with a state', async () => {
    const error = await solve({ task, solver: () => '?', k: 2, maxSamples: 30 }).catch(
      (thrown: TandemError) => thrown,
    );
    expect(error).toMatchObject({
      code: 'not_converged',
      data: { step: 1, votes: [], flagged: 8 },
    });
    expect((error as TandemError).cause as VoteTable).toMatchObject({
      candidates: [],
      flags: { 'no number': 8 },
    });
  });

  it('whose steps nobody knows needs a k', async () => {
    const { steps: _steps, truth: _truth, ...unknown } = summingTask(1000);
    expect(await codeOf(solve({ task: unknown, solver }))).toBe('invalid_argument');
  });

  it('that never ends is stopped', async () => {
    const endless = { ...task, isDone: () => false };
    await expect(solve({ task: endless, solver, k: 1 })).rejects.toThrow('not done after 90 steps');
  });

  it('escalates a poisoned step, and goes on from what was voted for', async () => {
    const poisoned: Sampler<SumState> = request =>
      request.step === 7 ? `no ${request.vote}` : solver(request);
    const found = await solve({ task, solver: poisoned, escalate: solver, k: 2, maxSamples: 10 });
    expect(found).toMatchObject({
      escalated: 1,
      state: { sum: total(40) },
      hardest: { step: 8, samples: 12 },
    });
  });

  it.each([
    [{ target: 1 }, 'unreachable_target'],
    [{ target: 1.5 }, 'invalid_argument'],
    [{ k: 0 }, 'invalid_argument'],
    [{ k: 2, rule: 'posterior' as const }, 'invalid_argument'],
    [{ solver: [] }, 'invalid_argument'],
    [{ temperatures: [0, 3] as const }, 'invalid_argument'],
  ])('is refused at the door with %j', async (wrong, code) => {
    expect(await codeOf(solve({ task, solver, ...wrong }))).toBe(code);
  });
});
