import { costOf, localCostOf, priceOf } from '../../trace/prices.ts';
import { openSpan, type Span, type Usd } from '../../trace/span.ts';
import { learnFrom } from '../capabilities.ts';
import { describeError, TandemError } from '../errors.ts';
import { isAbsent, placeOf } from '../place.ts';
import type { Crossing, Journal, StepAddress } from '../run/ports.ts';
import { type As, type Scope, trailOf } from '../run/scope.ts';
import type { Answer, Call, LanguageModel } from '../types.ts';
import { addUsage, isComplete, tokensOf } from '../usage.ts';
import { charactersOf, estimateTokens, leafCall } from './leaf-call.ts';
import { maskCall } from './mask-call.ts';
import { type Restorer, restorerOf } from './restore.ts';
import { promptHash, stepAddress } from './step-key.ts';

/** What a pattern asks of a model. */
export interface Question {
  readonly model: LanguageModel;
  readonly call: Call;
  readonly as: As;
}

/** A leaf call on its way: everything the steps of `ask` share. */
export interface LeafStep extends Question {
  readonly scope: Scope;
  readonly span: Span;
  /** Where the journal keeps it; absent without a journal. */
  readonly address: StepAddress | undefined;
}

/** Opens a step. Synchronous: the ordinal of the journal's key is taken in the order of asking. */
export function openStep(scope: Scope, question: Question): LeafStep {
  const { model, call, as } = question;
  const { run } = scope;
  const head = {
    name: as.name ?? as.id ?? model.modelId,
    modelId: model.modelId,
    kind: 'leaf' as const,
    place: placeOf(model),
    startMs: run.clock.now() - run.startedMs,
  };
  const span = openSpan(head, scope.span);
  span.characters = charactersOf(call.prompt);
  return {
    scope,
    model,
    call,
    as,
    span,
    address: scope.keepsCalls && run.journal ? stepAddress(scope, question) : undefined,
  };
}

/** Decides whether the call may be made from here. @throws TandemError `egress_denied` */
export async function admit({ scope, model, call, span, as }: LeafStep): Promise<void> {
  if (span.place === 'device') return;
  if (scope.mode === 'local-preferred' && !scope.run.hasAskedDevice) throw notFirst(model.modelId);
  if (scope.mode === 'local-only') {
    throw new TandemError(
      'egress_denied',
      `The mode "local-only" keeps this call from "${model.modelId}". Use a model on this device, or allow the cloud.`,
      { data: { modelId: model.modelId } },
    );
  }
  if (scope.label === 'local-only' || (scope.label === 'extracts' && as.release !== true)) {
    throw new TandemError(
      'egress_denied',
      `Something labelled "${scope.label}" would go to "${model.modelId}". Use a model on this device, or a pattern ` +
        'that sends extracts alone (minions, chain), or label it otherwise.',
      { data: { modelId: model.modelId, label: scope.label } },
    );
  }
  await askGuard({ scope, model, call, span, as });
}

function notFirst(modelId: string): TandemError {
  return new TandemError(
    'egress_denied',
    `The mode "local-preferred" asks a model on this device before "${modelId}". Use a pattern that does, or allow the cloud.`,
    { data: { modelId } },
  );
}

async function askGuard(step: Pick<LeafStep, 'scope' | 'model' | 'call' | 'span' | 'as'>): Promise<void> {
  const { guard } = step.scope.run;
  if (!guard) return;
  try {
    await guard.admit(crossingOf(step));
  } catch (error) {
    if (TandemError.isInstance(error)) throw error;
    throw new TandemError('egress_denied', 'The guard failed, so nothing leaves. Mend it, or use a local model.', {
      cause: error,
    });
  }
}

function crossingOf(
  { scope, model, call, span, as }: Pick<LeafStep, 'scope' | 'model' | 'call' | 'span' | 'as'>,
  masked = 0,
): Crossing {
  return {
    runId: scope.run.id,
    modelId: model.modelId,
    place: 'cloud',
    purpose: as.name ?? as.id ?? 'answer',
    characters: span.characters,
    tokens: estimateTokens(span.characters),
    contentHash: scope.run.journal ? promptHash(call.prompt) : '',
    masked,
    label: scope.label,
  };
}

/** A call as its leaf gets it, and what puts masked values back into the answer. */
export interface Outgoing {
  readonly call: Call;
  readonly restorer: Restorer | undefined;
}

/**
 * Makes a step's call ready to be sent: nothing of ours in it, masked if it crosses to a cloud and the run masks, its
 * intent in the journal before a byte leaves. @throws TandemError `egress_denied`
 */
export async function outgoing(step: LeafStep, maxOutputTokens: number | undefined): Promise<Outgoing> {
  const { scope, model, span } = step;
  const { journal, masker, placeholders } = scope.run;
  const plain = plainCall(step, maxOutputTokens);
  if (span.place === 'device' || isAbsent(model)) return { call: plain, restorer: undefined };
  const masked = masker && (await maskCall(plain, masker, placeholders));
  const call = masked?.call ?? plain;
  span.masked = masked?.sent.size ?? 0;
  span.characters = charactersOf(call.prompt);
  const crossing = () => crossingOf({ ...step, call }, span.masked);
  if (scope.run.preview) {
    scope.run.preview(crossing(), call);
    throw dryRun(model.modelId);
  }
  if (journal) await journal.intend(crossing());
  return { call, restorer: masked && restorerOf(placeholders, masked.sent) };
}

/** Makes a step's call as a model on this device gets it. */
export function plainCall({ model, call, scope }: LeafStep, maxOutputTokens: number | undefined): Call {
  const plain = leafCall(model, call, scope.controller.signal);
  return maxOutputTokens === undefined ? plain : { ...plain, maxOutputTokens };
}

function dryRun(modelId: string): TandemError {
  return new TandemError('egress_denied', `This is a dry run: the call to "${modelId}" was shown, not made.`, {
    data: { modelId },
  });
}

/** Finds the recorded answer of a step, if it was finished before. */
export function findRecorded({ scope, address }: LeafStep): ReturnType<Journal['find']> {
  return address && scope.run.journal?.find(address);
}

/** Records a step in the journal; without an answer it counts as cost alone, and is not replayed. */
export async function recordStep({ scope, address, span }: LeafStep, answer?: Answer): Promise<void> {
  if (!address) return;
  await scope.run.journal?.record({
    ...address,
    trail: [...trailOf(scope), span.name],
    span,
    ...(answer && { answer }),
  });
}

/** The error of a run that took too long. */
export function deadlineError(deadlineMs: number): TandemError {
  return new TandemError('deadline_exceeded', `The run took longer than ${deadlineMs} ms. Raise \`deadlineMs\`.`, {
    data: { deadlineMs },
  });
}

/** Books a finished leaf: tokens, money, usage, warnings. A replayed one costs nothing again. */
export function finishLeaf(
  { scope, model, span, call }: LeafStep,
  answer: Omit<Answer, 'content'>,
  isStreamed = false,
): void {
  // Known before the step is recorded: advice learns from it how fast a model is.
  span.durationMs = durationIn(scope, span);
  span.tokens = tokensOf(answer.usage);
  if (!span.replayed) learnFrom(model, call, { answer, isStreamed });
  span.costUsd = span.replayed ? 0 : costOfLeaf(scope, span, model);
  account(scope, answer);
}

function costOfLeaf({ run }: Scope, span: Span, model: LanguageModel): Usd {
  if (span.place === 'cloud') return costOf(span.tokens ?? noTokens, priceOf(model.modelId, run.prices));
  return run.localPrice ? localCostOf(span.durationMs ?? 0, run.localPrice) : 0;
}

const noTokens = { input: undefined, cachedInput: undefined, output: undefined };

function account(scope: Scope, answer: Pick<Answer, 'usage' | 'warnings'>): void {
  scope.usage = addUsage(scope.usage, answer.usage);
  if (!isComplete(answer.usage)) scope.isUsageComplete = false;
  noteWarnings(scope, answer.warnings);
}

/** Keeps warnings for the answer of the pattern, at most 100. */
export function noteWarnings(scope: Scope, warnings: Answer['warnings']): void {
  for (const warning of warnings) if (scope.warnings.length < 100) scope.warnings.push(warning);
}

/** Notes a failed leaf on its span. A call that was cut off under way has used tokens that nobody counted. */
export function failLeaf({ scope, span, model }: LeafStep, error: unknown): void {
  span.error = describeError(error);
  // A model that does not exist was not called, and nothing has left.
  if (isAbsent(model)) span.attempts = 0;
  if (span.attempts > 0 && !span.tokens && scope.controller.signal.aborted) markUncounted(scope, span);
}

/** Notes that a call used tokens which nobody counted. */
export function markUncounted(scope: Scope, span: Span): void {
  scope.isUsageComplete = false;
  if (span.place === 'cloud') span.costUsd = 'unknown';
}

/** Closes the span of a step. */
export function closeStep({ scope, span }: LeafStep): void {
  if (span.place === 'device') scope.run.hasAskedDevice = true;
  span.durationMs = durationIn(scope, span);
}

function durationIn({ run }: Scope, { startMs }: Span): number {
  return run.clock.now() - run.startedMs - startMs;
}
