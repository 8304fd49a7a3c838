import type { Draft } from './gate.ts';

/** Measures one thing of a draft; `undefined` where it cannot be had. */
export interface Signal {
  (draft: Draft): number | undefined | Promise<number | undefined>;
  /** Whether the draft must be asked for with token log-probabilities. */
  readonly needsLogprobs?: boolean;
  /** Whether it asks no model, so that it can be measured of any answer that was kept. */
  readonly isFree?: boolean;
}

/** Signals by the names that outcome logs and calibrations use. */
export type SignalByName = Readonly<Record<string, Signal>>;

/** Makes a signal of the answer alone. */
export function freeSignal(measure: (draft: Draft) => number | undefined): Signal {
  return Object.assign((draft: Draft) => measure(draft), { isFree: true });
}
