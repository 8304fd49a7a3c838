import { openSpan, type Span } from '../../trace/span.ts';
import type { Border } from '../border/border.ts';
import type { Masker, StepAddress } from '../run/ports.ts';
import type { As, Scope } from '../run/scope.ts';
import type { Answer, Call, LanguageModel } from '../types.ts';
import { formCharacters, measure } from './leaf-call.ts';
import type { Traits } from './model/model-record.ts';
import { placeIn } from './model/place.ts';
import { readerGone } from './shown-parts.ts';
import { stepAddress } from './step-key.ts';

/** What a pattern asks of a model. */
export interface Question {
  readonly model: LanguageModel;
  readonly call: Call;
  readonly as: As;
}

/**
 * A leaf call on its way: what all layers share. `call` is the pattern's own; layers hand on what
 * they make of it.
 */
export interface LeafStep extends Question {
  readonly scope: Scope;
  /** What was declared of the model; where it runs, the span knows. */
  readonly traits: Traits;
  readonly span: Span;
  /** What the model's server is asked of its place; absent where it need not be. */
  readonly told: Traits['told'];
  /** Watches texts that may not leave; absent where none was read. */
  readonly border: Border | undefined;
  /** Masks what leaves; absent where nothing does. */
  readonly masker: Masker | undefined;
  /** Whether money, tokens or time of the run are limited. */
  readonly isLimited: boolean;
  /** Whether the prompt bears marks of ours, which a leaf does not see. */
  readonly isMarked: boolean;
  /** Where the journal keeps it; absent without a journal. */
  readonly address: StepAddress | undefined;
  /** The placeholders that the call left with; absent where nothing is masked. */
  placeholders: ReadonlySet<string> | undefined;
  /**
   * Whether content of a streamed answer has been shown: no other try may take over from then on.
   */
  hasShown: boolean;
  /** Why it could not be learned where the model runs; it is asked again before the call. */
  placeFailure: unknown;
}

/** Opens a step. Synchronous: the ordinal of the journal's key is taken in the order of asking. */
export function openStep(scope: Scope, question: Question, traits: Traits): LeafStep {
  const { model, call, as } = question;
  const { run } = scope;
  const head = {
    name: as.name ?? as.id ?? model.modelId,
    modelId: model.modelId,
    kind: 'leaf' as const,
    place: placeIn(traits),
    startMs: run.clock.now() - run.startedMs,
  };
  const span = openSpan(head, scope.span);
  const { characters, isMarked } = measure(call.prompt);
  span.characters =
    call.tools || call.responseFormat ? characters + formCharacters(call) : characters;
  return {
    scope,
    model,
    call,
    as,
    traits,
    span,
    told: traits.told,
    border: run.border,
    masker: run.masker,
    isLimited: run.budget !== undefined || run.deadlineMs !== undefined,
    isMarked,
    address: scope.keepsCalls && run.journal ? stepAddress(scope, question) : undefined,
    placeholders: undefined,
    hasShown: false,
    placeFailure: undefined,
  };
}

/** Milliseconds since a step began. */
export function durationOf({ scope: { run }, span }: LeafStep): number {
  return run.clock.now() - run.startedMs - span.startMs;
}

/**
 * Tells whether a step ended because nobody wants its answer any more, which says nothing of its
 * model.
 */
export function wasLeft({ scope }: LeafStep, error: unknown): boolean {
  return scope.controller.signal.aborted || error === readerGone;
}

/** Notes that a step used tokens which nobody counted. */
export function markUncounted({ scope, span }: LeafStep): void {
  scope.isUsageComplete = false;
  if (span.place === 'cloud') span.costUsd = 'unknown';
}

/** Keeps warnings for the answer of the pattern, at most 100. */
export function noteWarnings(scope: Scope, warnings: Answer['warnings']): void {
  for (const warning of warnings) if (scope.warnings.length < 100) scope.warnings.push(warning);
}
