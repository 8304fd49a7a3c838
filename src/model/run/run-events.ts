import type { Place, Span, Tokens, Usd } from '../../trace/span.ts';
import type { EgressEvent, ReadingProgress } from './ports.ts';
import { type Run, type Scope, trailOf } from './scope.ts';
import type { Summary } from './summary.ts';

/**
 * Something that happens in a run, as it happens. Events hold names and figures; `told`,
 * `planned`, `voted` and the `reason` of `finished` may quote what was asked and said.
 */
export type RunEvent = RunEventHead & RunHappening;

/** What every event of a run says. */
export interface RunEventHead {
  readonly runId: string;
  /** Names of the patterns around it, from the outside in. */
  readonly path: readonly string[];
  /** Milliseconds since the run began. */
  readonly atMs: number;
}

/** What happens in a run: patterns begin and end, models are asked and answer, content leaves. */
export type RunHappening =
  | { readonly type: 'started'; readonly pattern: string }
  | {
      readonly type: 'finished';
      readonly pattern: string;
      readonly answeredBy: string;
      readonly place: Place;
      readonly reason: string;
      readonly isDegraded: boolean;
      readonly costUsd: Usd;
    }
  | { readonly type: 'failed'; readonly pattern: string; readonly error: string }
  /** A model is asked: a draft, a plan, a job, a hop, a vote, by its `name`. */
  | {
      readonly type: 'asked';
      readonly name: string;
      readonly model: string;
      readonly place: Place | undefined;
    }
  /** It has answered, or failed with the code `error`. */
  | {
      readonly type: 'answered';
      readonly name: string;
      readonly model: string;
      readonly place: Place | undefined;
      readonly tokens: Tokens | undefined;
      readonly costUsd: Usd;
      readonly durationMs: number | undefined;
      readonly isReplayed: boolean;
      readonly error: string | undefined;
    }
  /** A pattern lets a model write the answer: in a cascade an escalation, if `place` is a cloud. */
  | { readonly type: 'delegated'; readonly model: string; readonly place: Place }
  /** Content is about to leave for a cloud. */
  | ({ readonly type: 'egress' } & Pick<
      EgressEvent,
      'modelId' | 'purpose' | 'characters' | 'tokens' | 'masked' | 'label'
    >)
  /** How far a document is read; a refused cell is a quote that does not stand in its chunk. */
  | { readonly type: 'reading'; readonly progress: ReadingProgress }
  /** A plan was made, or a step of one is planned further: its steps in words. */
  | { readonly type: 'planned'; readonly steps: readonly string[] }
  /** A step was voted on: how many votes were drawn, agreed with what won, and were flagged. */
  | {
      readonly type: 'voted';
      readonly step: string;
      readonly votes: number;
      /** 0 where nothing won. */
      readonly agreed: number;
      readonly flagged: number;
      /** The faults that were flagged, each once. */
      readonly faults: readonly string[];
      /** What it came to, clipped; absent where nothing won. */
      readonly result?: string;
    }
  /** What a pattern says of its work in words: a verdict, an escalation, a flag. */
  | { readonly type: 'told'; readonly text: string };

/** What a pattern tells of its work beside what it asks: in words, or as an event. */
export type Telling = string | Extract<RunHappening, { type: 'planned' | 'voted' }>;

/** Tells whoever listens; asked only where somebody does. */
export function tellEvent(
  listen: NonNullable<Run['onEvent']>,
  scope: Scope,
  happening: RunHappening,
): void {
  const { run } = scope;
  const head = { runId: run.id, path: trailOf(scope), atMs: run.clock.now() - run.startedMs };
  listen({ ...head, ...happening });
}

/** Writes a call's span as the event of its beginning, or of its end. */
export function callEvent(type: 'asked' | 'answered', span: Span): RunHappening {
  const { name, modelId: model, place, tokens, costUsd, durationMs, replayed, error } = span;
  if (type === 'asked') return { type, name, model, place };
  return { type, name, model, place, tokens, costUsd, durationMs, isReplayed: replayed, error };
}

/** Writes what left as an event. */
export function leftEvent(event: EgressEvent): RunHappening {
  const { modelId, purpose, characters, tokens, masked, label } = event;
  return { type: 'egress', modelId, purpose, characters, tokens, masked, label };
}

/** Writes a pattern's summary as the event of its end. */
export function finishedEvent(summary: Summary): RunHappening {
  const { pattern, answeredBy, place, reason, degraded = false, costUsd } = summary;
  return { type: 'finished', pattern, answeredBy, place, reason, isDegraded: degraded, costUsd };
}
