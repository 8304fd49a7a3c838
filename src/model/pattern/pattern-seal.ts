import { isEmpty, textOf } from '../answer.ts';
import { TandemError } from '../errors.ts';
import { charactersOf, formCharacters } from '../leaf/leaf-call.ts';
import { logprobMetadata, logprobsOf, wantsLogprobs } from '../leaf/logprobs.ts';
import { capabilitiesOf } from '../leaf/model/capabilities.ts';
import { readerGone } from '../leaf/shown-parts.ts';
import { unmetWishes } from '../leaf/wishes.ts';
import { finishedEvent, tellEvent } from '../run/run-events.ts';
import { type Scope, trailOf } from '../run/scope.ts';
import { type About, type Summary, summarize } from '../run/summary.ts';
import type { Answer, Call, Content, LanguageModel, ToolCall, Warning } from '../types.ts';
import type { Outcome, PatternDefinition } from './define-pattern.ts';

/** One call of a pattern, under way. */
export interface PatternCall {
  readonly definition: PatternDefinition;
  readonly scope: Scope;
  readonly call: Call;
}

/**
 * Finishes a pattern's answer: warnings, stamps, usage, the summary. The scope has settled.
 */
export function seal(pattern: PatternCall, outcome: Outcome, answer: Answer): Answer {
  const { definition, call } = pattern;
  const about =
    outcome.kind === 'delegate' ? { ...outcome.about, answeredBy: outcome.model } : outcome.about;
  const speaker = about.answeredBy?.modelId ?? definition.name;
  if (isEmpty(answer) && mustSpeak(answer, outcome)) throw nothingSaid(speaker);
  const summary = conclude(pattern, about, answer);
  const asked = summary.calls.device + summary.calls.cloud;
  const asksMore = wantsLogprobs(call) || call.seed !== undefined;
  // Log-probabilities stay where the caller asked for them; those that a gate asked for are its
  // own.
  const logprobs = asksMore && wantsLogprobs(call) ? logprobsOf(answer) : undefined;
  const heard = {
    ...answer,
    providerMetadata: { ...(logprobs && logprobMetadata(logprobs)), tandem: summary as never },
  };
  const unheard = asksMore
    ? unmetRequests(pattern, { speaker: about.answeredBy, summary }, heard)
    : [];
  const warnings = [...warningsOf(pattern), ...answer.warnings, ...unheard];
  const content: Content[] = [];
  for (const part of answer.content)
    content.push(part.type === 'tool-call' ? stamp(part, speaker) : part);
  return {
    ...heard,
    // That of the model that wrote the answer; a text that the pattern itself put together has that
    // of all its calls.
    usage: answer.usage.outputTokens.total === 0 && asked > 0 ? pattern.scope.usage : answer.usage,
    content,
    warnings: warnings.length < 2 ? warnings : unique(warnings),
  };
}

// Makes the summary, and notes it in the trace, in the scope above and in the journal.
function conclude({ definition, scope, call }: PatternCall, about: About, answer: Answer): Summary {
  const { run, span, parent } = scope;
  const model = definition.baseline;
  const form = call.tools || call.responseFormat ? formCharacters(call) : 0;
  const baseline = model && { model, characters: charactersOf(call.prompt) + form };
  const summary = summarize(scope, { about, answer, baseline });
  const { answeredBy, place, degraded, confidence, converged, savedUsd } = summary;
  span.reason = about.reason;
  span.decision = {
    answeredBy,
    place,
    degraded: degraded === true,
    confidence,
    converged,
    savedUsd,
    baseline: summary.baseline?.model,
  };
  if (parent && parent.children.length < 8)
    parent.children.push({ modelId: span.modelId, summary });
  if (scope.keepsCalls) run.journal?.decide({ runId: run.id, trail: trailOf(scope), summary });
  if (run.onEvent) tellEvent(run.onEvent, scope, finishedEvent(summary));
  return summary;
}

/** The pattern's own warnings (options it ignores) and those of its leaves, each once. */
export function warningsOf({ definition, scope, call }: PatternCall): Warning[] {
  const warnings: Warning[] = [];
  const details = `${definition.name} does not pass this option on to its models.`;
  for (const feature of definition.ignores ?? []) {
    const isAsked = feature === 'verbosity' ? unmetWishes(call).length > 0 : isSet(call[feature]);
    if (isAsked) warnings.push({ type: 'unsupported', feature, details });
  }
  warnings.push(...scope.warnings);
  return warnings.length < 2 ? warnings : unique(warnings);
}

/**
 * Warns of what the caller asked for and whoever gave the closed answer is seen or known not to
 * give.
 */
function unmetRequests(
  { scope, call }: PatternCall,
  by: { readonly speaker: LanguageModel | undefined; readonly summary: Summary },
  answer: Answer,
): Warning[] {
  // Inside a run patterns ask for what they need, and judge by themselves what is missing.
  const isInner = scope.parent !== undefined && scope.parent.span !== scope.run.root;
  if (isInner) return [];
  const name = by.summary.answeredBy;
  const unheard = (feature: string, details: string): Warning => ({
    type: 'unsupported',
    feature,
    details,
  });
  const hasNone = wantsLogprobs(call) && logprobsOf(answer) === undefined && textOf(answer) !== '';
  const isRandom =
    call.seed !== undefined &&
    by.speaker !== undefined &&
    capabilitiesOf(by.speaker).seed === false;
  return [
    ...(hasNone ? [unheard('logprobs', `${name} sends no log-probabilities.`)] : []),
    ...(isRandom
      ? [unheard('seed', `${name} does not give the same answer for the same seed.`)]
      : []),
  ];
}

/**
 * Notes on a tool call, or its beginning in a stream, who made it, so that a loop of tool steps can
 * stay with the one that began it.
 */
export function stamp<Part extends Pick<ToolCall, 'providerMetadata'>>(
  part: Part,
  by: string,
): Part {
  const own = part.providerMetadata?.tandem as { by?: string; via?: string[] } | undefined;
  // The innermost model stays named; each pattern around it adds the model that it had asked.
  const tandem = { by, ...own, via: [...(own?.via ?? []), by] };
  return { ...part, providerMetadata: { ...part.providerMetadata, tandem } };
}

/** Tells whether an answer that ends so must hold something. */
export function mustSpeak({ finishReason }: Answer, outcome: Outcome): boolean {
  if (outcome.kind === 'delegate' && outcome.handsOnNothing) return false;
  return finishReason.unified === 'stop' || finishReason.unified === 'other';
}

/** The error of a model that ended its answer without content. */
export function nothingSaid(modelId: string): TandemError {
  return new TandemError(
    'bad_answer',
    `"${modelId}" answered with nothing. Ask again, or use another model.`,
    {
      data: { modelId },
    },
  );
}

/**
 * Leaves our errors and the caller's abort as they are; wraps all else, since the SDK would retry
 * its own errors.
 */
export function asTyped({ scope, definition }: PatternCall, error: unknown): unknown {
  const { signal } = scope.controller;
  // Whoever left the stream has what was wanted.
  if (error === readerGone) return error;
  const code = TandemError.isInstance(error) ? error.code : 'failed';
  scope.span.error = code;
  const { onEvent } = scope.run;
  if (onEvent) tellEvent(onEvent, scope, { type: 'failed', pattern: definition.name, error: code });
  if (TandemError.isInstance(error) || (signal.aborted && error === signal.reason)) return error;
  const what = error instanceof Error ? error.message : String(error);
  return new TandemError(
    'pattern_failed',
    `A function given to ${definition.name} threw: ${what}. Fix it.`,
    {
      cause: error,
    },
  );
}

function unique(warnings: readonly Warning[]): Warning[] {
  return [...new Map(warnings.map(warning => [JSON.stringify(warning), warning])).values()];
}

function isSet(option: unknown): boolean {
  return option !== undefined && !(Array.isArray(option) && option.length === 0);
}
