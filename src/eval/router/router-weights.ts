import type { LeftOutGroups } from '../calibration/left-out-groups.ts';
import type { Platt } from '../calibration/platt.ts';
import type { KeptThreshold } from '../statistics/kept-threshold.ts';
import type { Spread } from '../statistics/stability.ts';
import type { Zones } from '../statistics/three-outcomes.ts';
import type { RouterModel } from './router-model.ts';

/** What a router was trained on, and what it was worth on rows that it had not seen. */
export interface TrainingFacts {
  /** ISO date. */
  readonly date: string;
  readonly rows: number;
  readonly groups: number;
  /** SHA-256 of the rows. */
  readonly hash: string;
  /** Where the rows came from, in the user's words. */
  readonly origin?: string | undefined;
  /** Splits of the log that the rows bear, with commas between; absent where they bear none. */
  readonly split?: string | undefined;
  /** Rows that thresholds were chosen on. */
  readonly held: number;
  /** What it ranks on groups that were left out; absent of logs with fewer than three groups. */
  readonly leftOut?: LeftOutGroups | undefined;
  /**
   * The rows' prompts as short hashes, so that nobody evaluates on them unawares; four bytes each,
   * base 64.
   */
  readonly seen: string;
}

/** A trained router: everything that a decision needs, and where it came from. */
export interface RouterWeights {
  /** Model ids as the log names them; `unknown` where it names none. */
  readonly pair: { readonly local: string; readonly cloud: string };
  readonly model: RouterModel;
  /**
   * Makes a probability of a gain: that the local answer is as good; from rows or groups held out.
   */
  readonly correction: Platt;
  /** For each word bucket whether training has seen it. */
  readonly knownWords: Uint8Array;
  /** Share of known words, 0..1, below which a prompt is outside what was learned. */
  readonly knownFrom: number;
  readonly thresholds: {
    /**
     * Three outcomes: decisions are right with this `accuracy`, by a lower bound of 95 %, the rest
     * is unsure.
     */
    readonly decided: Zones & {
      readonly accuracy: number;
      readonly from: 'left-out groups' | 'left-out rows';
    };
    /**
     * Two outcomes: local from this score keeps `ratio` of the cloud's quality, with `confidence`
     * where that could be had.
     */
    readonly kept: KeptThreshold & { readonly ratio: number; readonly confidence: number };
  };
  /**
   * How scores and features were spread, and the share sent to the cloud: what drift is measured
   * against.
   */
  readonly reference: {
    readonly spreads: Readonly<Record<string, Spread>>;
    readonly cloudShare: number;
    /** The score below which 0, 1, … 100 % of the held rows lie: thresholds for a share. */
    readonly levels: readonly number[];
    /** How many rows that is. */
    readonly held: number;
  };
  readonly training: TrainingFacts;
}
