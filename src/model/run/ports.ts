/** The ports of `ask`: what the journal and the egress guard implement elsewhere. */

import type { Place, Span } from '../../trace/span.ts';
import type { Answer, Call } from '../types.ts';
import type { SharedAccounts } from './accounts.ts';
import type { Label } from './labels.ts';
import type { Summary } from './summary.ts';

/**
 * How far a run's content may go: to any model; to a cloud only after a model on this device was
 * asked; or nowhere. It can only be tightened on the way down.
 */
export type PrivacyMode = 'cloud-allowed' | 'local-preferred' | 'local-only';

/** From loosest to strictest. */
export const privacyModes: readonly PrivacyMode[] = [
  'cloud-allowed',
  'local-preferred',
  'local-only',
];

/** Where a step stands in its run, and what was asked there. */
export interface StepAddress {
  readonly runId: string;
  /**
   * Path, hash of the call, the pattern's own id and ordinal: equal only for the same call at the
   * same place.
   */
  readonly key: string;
  /**
   * The place alone: a known place with another key means that the program or its input has
   * changed.
   */
  readonly slot: string;
  /** Hashes of what the key is made of, to tell what has changed. */
  readonly digest: { readonly model: string; readonly prompt: string; readonly options: string };
}

/** A leaf call as the journal keeps it. */
export interface JournaledStep extends StepAddress {
  /** Names of the patterns around it, from the outside in, and its own. */
  readonly trail: readonly string[];
  readonly span: Span;
  /**
   * Absent for a call that cost something and cannot be replayed, such as a stream that was cut.
   */
  readonly answer?: Answer;
}

/** A document that a pattern reads. */
export interface ReadDocument {
  /** SHA-256 of its text. */
  readonly id: string;
  readonly title: string;
  readonly characters: number;
  readonly label: Label;
}

/** What a pattern decided. */
export interface Decision {
  readonly runId: string;
  /** Names of the patterns around it, from the outside in, and its own. */
  readonly trail: readonly string[];
  readonly summary: Summary;
}

/** How a run ended. */
export interface RunEnd {
  readonly runId: string;
  readonly state: 'done' | 'failed' | 'aborted';
  /** Code of the error. */
  readonly error?: string;
}

/** What a run begins with. */
export interface RunBegin {
  readonly runId: string;
  /** Ends the run from outside: it was cancelled, or belongs to another process. */
  readonly cancel: (reason: unknown) => void;
  /** That its id was never used: nothing of it can be on record. */
  readonly isNew: boolean;
  /** What happens where another process is at work on it. */
  readonly whenTaken: 'refuse' | 'wait';
  /** Whether placeholders are made in it, with a secret of its own. */
  readonly masks: boolean;
  /** Whose run it is, and what it is part of. */
  readonly owner: string | undefined;
  readonly parent: string | undefined;
}

/** The top-level call of a pattern in a run, as it begins. */
export interface TopCall {
  readonly pattern: string;
  readonly model: string;
  /** The first words of what is asked; content. */
  readonly title: () => string;
}

/** Keeps finished leaf calls, so that a run asked again does not pay twice. */
export interface Journal {
  /**
   * Notes that a run begins, or goes on; the record of it is this process's own from the first
   * `find` that resolves.
   */
  begin(run: RunBegin): RunJournal;
  /** What all runs spend together. Needed for a budget of the day. */
  readonly accounts?: SharedAccounts;
}

/** The record of one run at work. */
export interface RunJournal {
  /** Notes what a pattern is asked at the top of the run; it may be lost with the process. */
  ask?(call: TopCall): void;
  /**
   * Finds the finished answer of a step.
   * @throws TandemError `run_taken`; `resume_mismatch` if the place is known with another call
   */
  find(step: StepAddress): Answer | undefined | Promise<Answer | undefined>;
  /**
   * How many calls were finished before this run was asked again, but cannot be replayed: their
   * answers were not kept.
   */
  readonly unkept?: number;
  /**
   * Makes sure, before something is paid, that the run is still this process's own. @throws
   * TandemError `run_taken`
   */
  confirm?(): void | Promise<void>;
  /**
   * Notes what is about to leave, with the prompt as it leaves; durable when it resolves, before
   * any byte leaves.
   */
  intend(event: EgressEvent, prompt: Call['prompt']): Promise<void>;
  /** Records a call; durable when it resolves. @throws TandemError `run_taken` */
  record(step: JournaledStep): Promise<void>;
  /** Notes that a document is read in the run. */
  read(document: ReadDocument & { readonly runId: string }): void;
  /** Notes what a pattern decided; it may be lost with the process. */
  decide(decision: Decision): void;
  /** Notes how the run ended; whoever asks for it after that may have it. */
  end(run: RunEnd): void | Promise<void>;
  /** The run's own secret, the same each time it is asked again: placeholders are made with it. */
  secret?(): string | Promise<string>;
}

/** A document as a store keeps it. */
export interface KeptDocument {
  /** SHA-256 of its text, in hexadecimal. */
  readonly id: string;
  readonly title: string;
  readonly mediaType: string;
  readonly text: string;
  readonly label: Label;
  /** Spans of its pages. */
  readonly pages: readonly { readonly start: number; readonly end: number }[];
  /** Pages (from 1) without text. */
  readonly withoutText?: readonly number[];
}

/** Keeps documents by the hash of their content, and what was read in them. */
export interface DocumentSource {
  /** Finds a document. */
  get(id: string): KeptDocument | undefined | Promise<KeptDocument | undefined>;
  /**
   * Finds what a worker has read in a document before, by a key of what it was asked; `undefined`
   * if nothing is kept.
   */
  recall?(documentId: string, key: string): string | undefined | Promise<string | undefined>;
  /** Keeps what a worker has read in a document. */
  remember?(documentId: string, key: string, value: string): Promise<void>;
}

/**
 * How far a pattern is with a document: it opens a grid of chunks (rows) by tasks or passes
 * (columns), then says of each cell what became of it; a stage is what it does beside reading.
 */
export type ReadingProgress =
  | { readonly kind: 'stage'; readonly pattern: string; readonly stage: string }
  | {
      readonly kind: 'grid';
      readonly pattern: string;
      readonly round: number;
      readonly rows: number;
      readonly columns: readonly string[];
    }
  | {
      readonly kind: 'cell';
      readonly pattern: string;
      readonly row: number;
      readonly column: number;
      readonly state: 'running' | 'found' | 'nothing' | 'refused' | 'failed' | 'reused' | 'skipped';
      /** Tokens used, in and out; 0 where nothing was asked. */
      readonly tokens: number;
    };

/** What has become of one cell of a grid of reading. */
export type CellState = Extract<ReadingProgress, { kind: 'cell' }>['state'];

/** What is about to leave the machine. */
export interface EgressEvent {
  readonly runId: string;
  readonly modelId: string;
  readonly place: Place;
  /** What the call is for, such as `draft`, `plan` or `reduce`. */
  readonly purpose: string;
  readonly characters: number;
  /** Estimated from the characters. */
  readonly tokens: number;
  /** SHA-256 of the prompt as it leaves, as JSON; empty without a journal. */
  readonly contentHash: string;
  /** Values that were replaced by placeholders. */
  readonly masked: number;
  /** The strictest label of what was read before. */
  readonly label: Label;
}

/** Decides about every cloud call before it is made; a guard that throws denies. */
export interface Guard {
  admit(event: EgressEvent): void | Promise<void>;
}

/** Finds what must not leave as it is: the built-in detectors, a user's own, or a service. */
export interface Masker {
  find(
    text: string,
    options?: { readonly signal?: AbortSignal },
  ): readonly MaskedSpan[] | Promise<readonly MaskedSpan[]>;
  /** Milliseconds that masking one call may take; longer means denied. Default: 2,000. */
  readonly timeoutMs?: number;
}

/** A stretch of text to be masked. */
export interface MaskedSpan {
  readonly start: number;
  readonly end: number;
  /** In capitals, such as `EMAIL`. */
  readonly kind: string;
}

/** Time and chance, passed in so that a run can be repeated exactly. */
export interface Clock {
  /** Milliseconds, from any origin, never going back. */
  now(): number;
  /** A number from 0 (included) to 1 (excluded). */
  random(): number;
}
