import type { Usd } from '../../../trace/span.ts';

/** The step that took most samples. */
export interface Hardest {
  /** From 1; 0 before the first step. */
  readonly step: number;
  readonly samples: number;
}

/** How far a run is. */
export interface Progress {
  /** `pilot`: the figures are of states tried so far, `step` of `steps`. */
  readonly phase: 'pilot' | 'steps';
  /** Steps accepted, those of earlier runs included. */
  readonly step: number;
  /** Steps of the whole task, where they are known. */
  readonly steps: number | undefined;
  readonly samples: number;
  readonly flagged: number;
  readonly samplesPerStep: number;
  /** Of this run. */
  readonly stepsPerSecond: number;
  readonly hardest: Hardest;
  readonly costUsd: Usd;
  readonly elapsedMs: number;
  /** Milliseconds to go, where the steps are known. */
  readonly leftMs: number | undefined;
}
