import { leavesOf, type SpanDecision } from '../../trace/span.ts';
import { isEmpty, textOf } from '../answer.ts';
import { capabilitiesOf } from '../capabilities.ts';
import { TandemError } from '../errors.ts';
import { charactersOf } from '../leaf/leaf-call.ts';
import { readerGone } from '../leaf/shown-parts.ts';
import { logprobMetadata, logprobsOf, wantsLogprobs } from '../logprobs.ts';
import { type Scope, trailOf } from '../run/scope.ts';
import { type Summary, summarize, summaryOf } from '../run/summary.ts';
import type { Answer, Call, FinishReason, ToolCall, Usage, Warning } from '../types.ts';
import { usageOf } from '../usage.ts';
import type { PatternDefinition } from './define-pattern.ts';
import type { Outcome } from './outcome.ts';

/** One call of a pattern, under way. */
export interface PatternCall {
  readonly definition: PatternDefinition;
  readonly scope: Scope;
  readonly call: Call;
}

/** Finishes a pattern's answer: warnings, stamps, the usage of every leaf, the summary. The scope has settled. */
export function seal(pattern: PatternCall, outcome: Outcome, answer: Answer): Answer {
  const speaker = speakerOf(pattern, outcome);
  if (isEmpty(answer) && mustSpeak(answer.finishReason)) throw nothingSaid(speaker);
  const end = { content: answer.content, ...closing(pattern, outcome, answer) };
  return {
    ...answer,
    ...end,
    content: answer.content.map(part => (part.type === 'tool-call' ? stamp(part, speaker) : part)),
    warnings: unique([...warningsOf(pattern), ...answer.warnings, ...unheardWishes(pattern, outcome, end)]),
  };
}

/** What the end of an answer bears: the usage of every leaf, and the summary. The scope has settled. */
function closing(
  { definition, scope, call }: PatternCall,
  outcome: Outcome,
  answer: Pick<Answer, 'content' | 'providerMetadata'>,
): { usage: Usage; providerMetadata: NonNullable<Answer['providerMetadata']> } {
  const about = outcome.kind === 'hand-off' ? { ...outcome.about, answeredBy: outcome.model } : outcome.about;
  const model = definition.baseline;
  const baseline = model && { model, characters: charactersOf(call.prompt) };
  const summary = summarize(scope, { about, answer, baseline });
  scope.span.reason = about.reason;
  scope.span.decision = decisionIn(summary);
  const { parent, span } = scope;
  if (parent && parent.children.length < 8) parent.children.push({ modelId: span.modelId, summary });
  if (scope.keepsCalls) scope.run.journal?.decide({ runId: scope.run.id, trail: trailOf(scope), summary });
  const usage = leavesOf(span).length > 0 ? scope.usage : usageOf(0, 0);
  // Log-probabilities stay where the caller asked for them; those that a gate asked for are its own.
  const asked = wantsLogprobs(call) ? logprobsOf(answer) : undefined;
  return { usage, providerMetadata: { ...(asked && logprobMetadata(asked)), tandem: summary as never } };
}

function decisionIn({ answeredBy, place, degraded, confidence, converged, savedUsd }: Summary): SpanDecision {
  return { answeredBy, place, degraded: degraded === true, confidence, converged, savedUsd };
}

/** The pattern's own warnings (options it ignores) and those of its leaves, each once. */
export function warningsOf({ definition, scope, call }: PatternCall): Warning[] {
  const ignored = (definition.ignores ?? []).filter(option => isSet(call[option]));
  const own = ignored.map(feature => ({
    type: 'unsupported' as const,
    feature,
    details: `${definition.name} does not pass this option on to its models.`,
  }));
  return unique([...own, ...scope.warnings]);
}

/** Warns of what the caller wished for and whoever gave the closed answer is seen or known not to give. */
function unheardWishes(
  { scope, call }: PatternCall,
  outcome: Outcome,
  answer: Pick<Answer, 'content' | 'providerMetadata'>,
): Warning[] {
  // Inside a run patterns wish for what they need, and judge by themselves what is missing.
  const isInner = scope.parent !== undefined && scope.parent.span !== scope.run.root;
  if (isInner) return [];
  const speaker = outcome.kind === 'hand-off' ? outcome.model : outcome.about.answeredBy;
  const name = summaryOf(answer)!.answeredBy;
  const unheard = (feature: string, details: string): Warning => ({ type: 'unsupported', feature, details });
  const hasNone = wantsLogprobs(call) && logprobsOf(answer) === undefined && textOf(answer) !== '';
  const isRandom = call.seed !== undefined && speaker !== undefined && capabilitiesOf(speaker).seed === false;
  return [
    ...(hasNone ? [unheard('logprobs', `${name} sends no log-probabilities.`)] : []),
    ...(isRandom ? [unheard('seed', `${name} does not give the same answer for the same seed.`)] : []),
  ];
}

/** Notes on a tool call, or its beginning in a stream, who made it, so that a loop of tool steps can stay with the one that began it. */
export function stamp<Part extends Pick<ToolCall, 'providerMetadata'>>(part: Part, by: string): Part {
  const own = part.providerMetadata?.tandem as { by?: string; via?: string[] } | undefined;
  // The innermost model stays named; each pattern around it adds the model that it had asked.
  const tandem = { by, ...own, via: [...(own?.via ?? []), by] };
  return { ...part, providerMetadata: { ...part.providerMetadata, tandem } };
}

/** Tells whether an answer that ends so must hold something. */
function mustSpeak(reason: FinishReason): boolean {
  return reason.unified === 'stop' || reason.unified === 'other';
}

/** The error of a model that ended its answer without content. */
function nothingSaid(modelId: string): TandemError {
  return new TandemError('bad_answer', `"${modelId}" answered with nothing. Ask again, or use another model.`, {
    data: { modelId },
  });
}

/** Leaves our errors and the caller's abort as they are; wraps all else, since the SDK would retry its own errors. */
export function asTyped({ scope, definition }: PatternCall, error: unknown): unknown {
  const { signal } = scope.controller;
  // Whoever left the stream has what was wanted.
  if (error === readerGone) return error;
  scope.span.error = TandemError.isInstance(error) ? error.code : 'failed';
  if (TandemError.isInstance(error) || (signal.aborted && error === signal.reason)) return error;
  const what = error instanceof Error ? error.message : String(error);
  return new TandemError('pattern_failed', `A function given to ${definition.name} threw: ${what}. Mend it.`, {
    cause: error,
  });
}

function speakerOf({ definition }: PatternCall, outcome: Outcome): string {
  return (outcome.kind === 'hand-off' ? outcome.model : outcome.about.answeredBy)?.modelId ?? definition.name;
}

function unique(warnings: readonly Warning[]): Warning[] {
  if (warnings.length < 2) return [...warnings];
  return [...new Map(warnings.map(warning => [JSON.stringify(warning), warning])).values()];
}

function isSet(option: unknown): boolean {
  return option !== undefined && !(Array.isArray(option) && option.length === 0);
}
