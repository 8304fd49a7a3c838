import { fitSpeed, type ModelSpeed, type TimedCall } from '../algorithms/fit-speed.ts';
import type { Store } from './store.ts';

const mostCalls = 500;

/** Fits the speed of every model to its last finished calls; a model that was hardly asked is left out. */
export function readSpeeds(store: Store): Readonly<Record<string, ModelSpeed>> {
  const rows = store.read<TimedCall & { model: string }>(
    `select model, input_tokens as inputTokens, output_tokens as outputTokens, duration_ms as durationMs from call
     where answer is not null and input_tokens is not null and output_tokens is not null and duration_ms is not null
     order by seq desc limit :most`,
    { most: 20 * mostCalls },
  );
  const callsByModel = Map.groupBy(rows, ({ model }) => model);
  const fitted = [...callsByModel].flatMap(([model, calls]) => {
    const speed = fitSpeed(calls.slice(0, mostCalls));
    return speed ? [[model, speed] as const] : [];
  });
  return Object.fromEntries(fitted);
}
