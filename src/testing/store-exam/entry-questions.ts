import { equal, rejects } from 'node:assert/strict';
import { TandemError } from '../../model/errors.ts';
import type { DecisionEntry, DocumentEntry } from '../../runs/store.ts';
import { itemsOf, near, pause, type Questions, refused, same } from './question.ts';
import { at, call, egress, ending, hold, shortMs, step, takeOver } from './sample-entries.ts';

const decision: DecisionEntry = {
  kind: 'decision',
  at: at(3),
  trail: ['cascade'],
  answeredBy: 'local:small',
  place: 'device',
  reason: 'accepted',
  confidence: 0.75,
  degraded: false,
};

const document: DocumentEntry = {
  kind: 'document',
  hash: 'h',
  title: 'T',
  characters: 9,
  label: 'extracts',
};

/** What is added to a run, and how it comes back. */
export const entryQuestions: Questions = {
  'gives calls back as they were recorded, each with its answer': async ({ store, other }) => {
    const held = await hold(store, 'r');
    const local = { place: 'device', cachedTokens: null, costUsd: 0, startMs: 1.25 };
    await store.append(held, [call(1), call(2, local)], 'synced');
    await store.append(held, [
      call(3, { durationMs: null, inputTokens: null, outputTokens: null, costUsd: null }),
    ]);
    const { kind: _kind, answer: _answer, ...first } = call(1);
    const calls = await itemsOf(other.calls('r'));
    same(calls[0], { ...first, body: 'answer 1' });
    same(calls[1], { ...first, ...facts(2), ...local, body: 'answer 2' });
    same([calls[2]?.durationMs, calls[2]?.costUsd, calls[2]?.inputTokens], [null, null, null]);
    const [shown] = (await other.show('r'))?.steps ?? [];
    const { key: _key, slot: _slot, digest: _digest, ...listed } = first;
    same(shown, listed);
  },

  'keeps calls whose answer was cut off, or is not kept': async ({ store, other }) => {
    const held = await hold(store, 'r');
    const { answer: _answer, ...cut } = call(1, { isFinished: false });
    await store.append(held, [cut, call(2, { answer: () => ({ hash: 'h', body: undefined }) })]);
    const calls = await itemsOf(other.calls('r'));
    same(
      calls.map(({ isFinished, body }) => [isFinished, body ?? null]),
      [
        [false, null],
        [true, null],
      ],
    );
  },

  'gives thousands of calls back in their order': async ({ store, other }) => {
    const held = await hold(store, 'r');
    const calls = Array.from({ length: 4500 }, (_, n) => call(n));
    for (let from = 0; from < calls.length; from += 500)
      await store.append(held, calls.slice(from, from + 500));
    same(
      (await itemsOf(other.calls('r'))).map(({ key, body }) => [key, body]),
      calls.map(({ key }, n) => [key, `answer ${n}`]),
    );
    same(await itemsOf(other.calls('unknown')), []);
  },

  'sums what a run cost and what left from it': async ({ store, other }) => {
    const held = await hold(store, 'r');
    await store.append(held, [
      egress(1),
      call(1),
      call(2, { place: 'device', costUsd: 0 }),
      egress(2),
      call(3),
    ]);
    const [priced] = (await other.runs({ limit: 1 })).runs;
    same(
      [priced?.calls, priced?.cloudCalls, priced?.leftCalls, priced?.leftCharacters],
      [3, 2, 2, 160],
    );
    near(priced?.costUsd ?? Number.NaN, 0.02);
    await store.append(held, [call(4, { costUsd: null }), call(5)]);
    const unpriced = await other.show('r');
    same([unpriced?.calls, unpriced?.cloudCalls, unpriced?.costUsd], [5, 4, null]);
  },

  'refuses what a stale holder adds, and books what it cost': async ({ store, other }) => {
    const first = await hold(store, 'r', { leaseMs: shortMs });
    const second = await takeOver(other, 'r');
    const taken = (error: unknown) => TandemError.isInstance(error) && error.data.runId === 'r';
    await rejects(store.append(first, [call(1)]), taken);
    for (const entry of [call(2), decision, document])
      await refused(store.append(first, [entry]), 'run_taken');
    await refused(store.append(first, [{ kind: 'begun', facts: '{}' }]), 'run_taken');
    await refused(
      store.append(first, [{ kind: 'accepted', from: 0, steps: [step(0)] }]),
      'run_taken',
    );
    await other.append(second, [call(3)]);
    const shown = await store.show('r');
    same([shown?.calls, shown?.decisions, shown?.documents], [1, [], []]);
    same(
      (await itemsOf(store.calls('r'))).map(({ key }) => key),
      ['key 3'],
    );
    equal((await store.ledger('r')) ?? undefined, undefined);
    const { spent } = await other.balance('journal');
    near(spent.usd, 0.03);
    equal(spent.tokens, 90);
  },

  'keeps what left also from a stale holder': async ({ store, other }) => {
    const first = await hold(store, 'r', { leaseMs: shortMs });
    await takeOver(other, 'r');
    await store.append(first, [egress(1)]);
    await refused(store.append(first, [egress(2), call(1)]), 'run_taken');
    const shown = await other.show('r');
    same([shown?.egress.length, shown?.leftCalls, shown?.calls], [2, 2, 0]);
  },

  'takes what the holder adds while the lease is over and nobody else has come': async ({
    store,
    other,
  }) => {
    const held = await hold(store, 'r', { leaseMs: 1 });
    await pause(10);
    await store.append(held, [call(1)]);
    equal((await itemsOf(other.calls('r'))).length, 1);
  },

  'lists what left, with its run, since a time': async ({ store, other }) => {
    const [r, s] = [await hold(store, 'r'), await hold(other, 's')];
    await store.append(r, [egress(1), egress(2)]);
    await other.append(s, [egress(3)]);
    const { kind: _kind, body: _body, ...left } = egress(2);
    const since = await store.egress(at(2));
    same(since[0], { run: 'r', ...left, pruned: false });
    same(
      since.map(({ run, at: time }) => [run, time]),
      [
        ['r', at(2)],
        ['s', at(3)],
      ],
    );
    equal((await store.egress('')).length, 3);
    equal((await other.show('s'))?.egress.length, 1);
  },

  'shows the decisions and documents of a run, a document once': async ({ store, other }) => {
    const held = await hold(store, 'r');
    await store.append(held, [
      document,
      decision,
      { ...decision, confidence: null, degraded: true },
    ]);
    await store.append(held, [{ ...document, label: 'local-only' }]);
    const shown = await other.show('r');
    const { kind: _decision, ...decided } = decision;
    const { kind: _document, ...read } = document;
    same(shown?.decisions, [decided, { ...decided, confidence: null, degraded: true }]);
    same(shown?.documents, [{ ...read, label: 'local-only' }]);
  },

  'gives the steps of a ledger back in their order, from any of them': async ({ store, other }) => {
    equal((await store.ledger('r')) ?? undefined, undefined);
    const held = await hold(store, 'r');
    equal((await store.ledger('r')) ?? undefined, undefined);
    await store.append(held, [{ kind: 'begun', facts: '{"k":3}' }]);
    same(await other.ledger('r'), { length: 0, facts: '{"k":3}' });
    const steps = Array.from({ length: 5000 }, (_, n) => step(n));
    for (let from = 0; from < steps.length; from += 1250) {
      await store.append(held, [{ kind: 'accepted', from, steps: steps.slice(from, from + 1250) }]);
    }
    same(await other.ledger('r'), { length: 5000, facts: '{"k":3}' });
    same(await itemsOf(other.steps('r', 0)), steps);
    same(await itemsOf(other.steps('r', 4321)), steps.slice(4321));
    same(await itemsOf(other.steps('r', 5000)), []);
    same(await itemsOf(other.steps('unknown', 0)), []);
  },

  'brings what was noted to the store when it is flushed': async ({ store, other }) => {
    const held = await hold(store, 'r');
    await store.append(held, [call(1), decision], 'noted');
    await store.flush();
    equal((await itemsOf(other.calls('r'))).length, 1);
    equal((await other.show('r'))?.decisions.length, 1);
  },

  'tells the tokens and times of the last finished calls': async ({ store, other }) => {
    const [r, s] = [await hold(store, 'r'), await hold(store, 's')];
    await store.append(r, [call(1, { durationMs: 1 }), call(2, { durationMs: null })]);
    await store.append(s, [
      call(3, { durationMs: 3, inputTokens: null }),
      call(4, { durationMs: 4, isFinished: false }),
    ]);
    await store.append(r, [call(5, { durationMs: 5, model: 'm' })]);
    await store.append(s, [call(6, { durationMs: 6 })]);
    same(
      (await other.timed(10)).map(({ durationMs }) => durationMs),
      [6, 5, 1],
    );
    same((await other.timed(2))[1], {
      model: 'm',
      inputTokens: 20,
      outputTokens: 10,
      durationMs: 5,
    });
    await store.release(s, ending(9));
    equal((await other.timed(2)).length, 2);
  },
};

function facts(n: number) {
  const { at: time, key, slot, digest, startMs } = call(n);
  return { at: time, key, slot, digest, startMs };
}
