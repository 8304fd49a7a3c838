import { setTimeout as pause } from 'node:timers/promises';
import type { RunDetails } from '../../../src/entries/runs.ts';
import type { ToldEvent } from './runs.ts';

type Told = Omit<ToldEvent, 'id'> & Pick<ToldEvent, 'type' | 'at'>;

const everyMs = 1000;

interface Source {
  readonly show: () => Promise<RunDetails>;
  /** Whether a run that nobody holds will be gone on with. */
  readonly isExpected: (details: RunDetails) => boolean;
  readonly signal: AbortSignal;
  /** What was told of the run before another process took it. */
  readonly told?: readonly ToldEvent[];
}

/**
 * Tells what the store has of a run that another process is at work on, until it ends, or nobody
 * holds it and nobody is expected to: calls, decisions, documents, what left. What a pattern tells
 * on its way is known there alone.
 */
export async function* keptEvents({
  show,
  isExpected,
  signal,
  told: before = [],
}: Source): AsyncGenerator<ToldEvent> {
  const seen = new Map<Told['type'], number>();
  const known = new Map<string, number>();
  for (const key of before.map(keyOf)) known.set(key, (known.get(key) ?? 0) + 1);
  let id = before.at(-1)?.id ?? 0;
  while (!signal.aborted) {
    const details = await show();
    for (const told of freshIn(details, seen)) {
      const key = keyOf(told);
      const times = known.get(key) ?? 0;
      if (times === 0) yield { ...told, id: ++id };
      else known.set(key, times - 1);
    }
    if (details.holder === null && !isExpected(details))
      return yield { ...endOf(details), id: ++id };
    await pause(everyMs, undefined, { signal }).catch(() => {});
  }
}

// What a row and an event of the same have in common.
function keyOf(told: Omit<ToldEvent, 'id'>): string {
  const { type, trail, model, answeredBy, destination, purpose, title, characters } = told;
  return JSON.stringify([type, trail, model, answeredBy, destination, purpose, title, characters]);
}

// Rows of a kind stand in the order of recording, so that those behind the last one are new.
function freshIn(details: RunDetails, seen: Map<Told['type'], number>): Told[] {
  const fresh = rowsOf(details).flatMap(({ type, rows }) => {
    const known = seen.get(type) ?? 0;
    seen.set(type, Math.max(known, rows.length));
    return rows.slice(known).map((row): Told => ({ type, ...row }));
  });
  return fresh.toSorted((a, b) => a.at.localeCompare(b.at));
}

function rowsOf({ steps, decisions, documents, egress, begunAt }: RunDetails) {
  return [
    { type: 'document' as const, rows: documents.map(each => ({ at: begunAt, ...each })) },
    { type: 'egress' as const, rows: egress.map(({ run: _, pruned: __, ...each }) => each) },
    { type: 'call' as const, rows: steps.map(callOf) },
    { type: 'decision' as const, rows: decisions },
  ];
}

// As it is told where the run is at work.
function callOf({ at, trail, model, place, costUsd, durationMs, isFinished, ...call }: Step) {
  const { inputTokens: input, outputTokens: output } = call;
  const tokens = input === null && output === null ? undefined : { input, output };
  return { at, trail, model, place, tokens, costUsd, durationMs, isFinished };
}

type Step = RunDetails['steps'][number];

function endOf({ state, error, endedAt }: RunDetails): Told {
  const type = state === 'done' || state === 'failed' ? state : 'cancelled';
  const at = endedAt ?? new Date().toISOString();
  return { type, at, ...(error !== null && { code: error }) };
}
