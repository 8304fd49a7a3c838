/** The ports of `ask`: what the journal and the egress guard implement elsewhere. */
import type { Place } from '../trace/span.ts';
import type { Answer } from './types.ts';

/** How far a run's content may go; it can only be tightened on the way down. */
export type PrivacyMode = 'cloud-allowed' | 'local-preferred' | 'local-only';

/** From loosest to strictest. */
export const privacyModes: readonly PrivacyMode[] = ['cloud-allowed', 'local-preferred', 'local-only'];

/** Keeps finished leaf calls, so that a run asked again does not pay twice. */
export interface Journal {
  /** Finds the finished answer of a step. */
  find(runId: string, key: string): Promise<Answer | undefined>;
  /** Records a finished answer; durable when it resolves. */
  record(runId: string, key: string, answer: Answer): Promise<void>;
}

/** What is about to leave the machine. */
export interface Crossing {
  readonly runId: string;
  readonly modelId: string;
  readonly place: Place;
  /** What the call is for, such as `draft`, `plan` or `reduce`. */
  readonly purpose: string;
  readonly characters: number;
}

/** Decides about every cloud call before it is made; a guard that throws denies. */
export interface Guard {
  admit(crossing: Crossing): void | Promise<void>;
}

/** Time and chance, passed in so that a run can be repeated exactly. */
export interface Clock {
  /** Milliseconds, from any origin, never going back. */
  now(): number;
  /** A number from 0 (included) to 1 (excluded). */
  random(): number;
}

/** The machine's own time and chance. */
export const systemClock: Clock = { now: () => performance.now(), random: () => Math.random() };
