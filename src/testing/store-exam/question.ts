import { deepEqual, ok } from 'node:assert/strict';
import { type ErrorCode, TandemError } from '../../model/errors.ts';
import type { RunStore } from '../../runs/store.ts';

/** Two handles on one store, which was empty; they are one where an engine knows no second. */
export interface Handles {
  readonly store: RunStore;
  readonly other: RunStore;
}

/** The questions of a part of the exam, by what they claim. */
export type Questions = Readonly<Record<string, (handles: Handles) => Promise<void>>>;

/** Checks that two values say the same, whatever prototypes an engine's rows have. */
export function same(actual: unknown, expected: unknown): void {
  deepEqual(plain(actual), plain(expected));
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** Checks a sum of US dollars. */
export function near(actual: number, expected: number): void {
  ok(Math.abs(actual - expected) < 1e-9, `the sum is ${actual}, not ${expected}`);
}

/** Checks that something is refused with a code. */
export async function refused(
  promise: Promise<unknown>,
  code: ErrorCode,
  what = 'what was asked',
): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const isRefused = TandemError.isInstance(error) && error.code === code;
  ok(
    isRefused,
    `${what} ended with ${error === undefined ? 'no error' : String(error)}, not \`${code}\``,
  );
}

/** Tries until something comes of it. */
export async function eventually<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  const begunMs = performance.now();
  for (;;) {
    const found = await attempt();
    if (found !== undefined) return found;
    ok(performance.now() - begunMs < 10_000, 'what was waited for has not happened in 10 seconds');
    await pause(10);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}

/** Collects the items of all pages. */
export async function itemsOf<Item>(pages: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}
