import { ok } from 'node:assert/strict';
import type {
  CallEntry,
  EgressEntry,
  Held,
  HoldRequest,
  Kept,
  RunEnding,
  RunStore,
  StoredStep,
  Taken,
} from '../../runs/store.ts';
import { eventually } from './question.ts';

/** A lease that runs out while a question waits. */
export const shortMs = 60;
const longMs = 60_000;
const originMs = Date.parse('2024-05-01T10:00:00.000Z');

/** An ISO time, seconds after another. */
export function at(seconds: number): string {
  return new Date(originMs + 1000 * seconds).toISOString();
}

/** Asks for a run, with a lease that outlasts the exam. */
export function askFor(
  store: RunStore,
  run: string,
  by: Partial<HoldRequest> = {},
): Promise<Held | Taken> {
  return store.hold(run, { holder: 'a', leaseMs: longMs, at: at(0), ...by });
}

/** Holds a run that nobody else may hold. */
export async function hold(
  store: RunStore,
  run: string,
  by: Partial<HoldRequest> = {},
): Promise<Held> {
  const answer = await askFor(store, run, by);
  ok(answer.state !== 'taken', `the run ${run} is held already`);
  return answer;
}

/** Holds a run as soon as its lease has run out. */
export function takeOver(
  store: RunStore,
  run: string,
  by: Partial<HoldRequest> = {},
): Promise<Held> {
  return eventually(async () => {
    const answer = await askFor(store, run, { holder: 'b', ...by });
    return answer.state === 'taken' ? undefined : answer;
  });
}

/** A finished call to a cloud, of 1 cent and 30 tokens; different numbers give different calls. */
export function call(n: number, facts: Partial<CallEntry> = {}): CallEntry {
  return {
    kind: 'call',
    at: at(n),
    key: `key ${n}`,
    slot: `slot ${n}`,
    digest: { model: 'm', prompt: `p${n}`, options: 'o' },
    trail: ['cascade', 'direct'],
    model: 'cloud:large',
    place: 'cloud',
    inputTokens: 20,
    cachedTokens: 5,
    outputTokens: 10,
    costUsd: 0.01,
    characters: 80,
    attempts: 1,
    startMs: n,
    durationMs: 250.5,
    isFinished: true,
    answer: () => ({ hash: `hash ${n}`, body: `answer ${n}` }),
    ...facts,
  };
}

/** Something that left, of 80 characters. */
export function egress(n: number): EgressEntry {
  return {
    kind: 'egress',
    at: at(n),
    destination: 'cloud:large',
    place: 'cloud',
    purpose: 'draft',
    characters: 80,
    tokens: 20,
    contentHash: `sent ${n}`,
    masked: 2,
    label: 'cloud-allowed',
    body: `prompt ${n}`,
  };
}

export function step(n: number): StoredStep {
  return { action: `[${n}]`, votes: 3, flagged: 1, costUsd: n % 2 === 0 ? 0.001 : null };
}

/** An end that comes so many seconds after the begin. */
export function ending(seconds: number, facts: Partial<RunEnding> = {}): RunEnding {
  return { state: 'done', at: at(seconds), ...facts };
}

/** A document of 10 characters; different numbers give different ids and times. */
export function kept(n: number, facts: Partial<Kept> = {}): Kept {
  return {
    kind: 'document',
    owner: 'o',
    id: `id ${n}`,
    at: at(n),
    head: `{"n":${n}}`,
    size: 10,
    body: `b${n}`,
    ...facts,
  };
}
