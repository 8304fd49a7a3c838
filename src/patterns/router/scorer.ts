import type { Ask } from '../../model/pattern/ask.ts';
import type { Call } from '../../model/types.ts';

/** What a scorer says of a request. */
export interface Scored {
  /** Probability that the local model answers it well, 0..1. */
  readonly score: number;
  /** Where it goes, if the scorer decides that itself, by its own thresholds. */
  readonly to?: 'local' | 'cloud' | 'unsure';
  /** A few words. */
  readonly reason?: string;
  /** Numbers that are watched for drift, by name. */
  readonly watched?: Readonly<Record<string, number>>;
}

/**
 * Scores a request: the probability, 0..1, that the local model answers it well. It sees the user's
 * own turn only, never tool results or retrieved text, which an attacker could write. What it asks
 * through `ask` is counted; outside a run, where a decision alone is wanted, there is no `ask`.
 */
export interface Scorer {
  (text: string, call: Call, ask?: Ask): number | Scored | Promise<number | Scored>;
  /** Whether it asks a model; then only the last turn is scored. */
  readonly asksModel?: boolean;
  /** Whether it never says `cloud`: no earlier turn can then have gone there. */
  readonly sparesCloud?: boolean;
}
