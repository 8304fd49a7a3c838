import { answerCollector, replay } from '../answer.ts';
import { TandemError } from '../errors.ts';
import type { Run } from '../run/scope.ts';
import type { Call, StreamPart } from '../types.ts';
import { enterCircuit, leaveCircuit } from './breaker.ts';
import { noteCut, prepare, settleStep } from './leaf-budget.ts';
import { pauseOrThrow } from './leaf-retry.ts';
import {
  admit,
  closeStep,
  failLeaf,
  findRecorded,
  finishLeaf,
  type LeafStep,
  markUncounted,
  type Outgoing,
  outgoing,
  recordStep,
} from './leaf-step.ts';
import { orAbort } from './retry.ts';

/**
 * Streams a leaf, through the same doors as `askLeaf`. Until the first content part a failure is retried; after it,
 * it ends the stream. A stream that nobody reads, or that brings nothing, for `idleMs` is cancelled.
 */
export async function* streamLeaf(step: LeafStep): AsyncGenerator<StreamPart> {
  try {
    await admit(step);
    const recorded = await findRecorded(step);
    if (recorded) {
      step.span.replayed = true;
      finishLeaf(step, recorded);
      yield* replay(recorded);
    } else yield* streamBudgeted(step);
  } catch (error) {
    failLeaf(step, error);
    throw error;
  } finally {
    // A reader that goes away ends this generator without an error.
    if (!step.span.tokens) step.span.error ??= 'unfinished';
    closeStep(step);
  }
}

async function* streamBudgeted(step: LeafStep): AsyncGenerator<StreamPart> {
  const reservation = prepare(step);
  try {
    yield* streamWithRetries(step, reservation.maxOutputTokens);
  } finally {
    settleStep(step, reservation);
  }
}

async function* streamWithRetries(step: LeafStep, maxOutputTokens: number | undefined): AsyncGenerator<StreamPart> {
  const { scope, span, model } = step;
  enterCircuit(model, scope.run.breaker);
  const sent = await outgoing(step, maxOutputTokens);
  let isCommitted = false;
  for (;;) {
    span.attempts++;
    try {
      for await (const part of readLeaf(step, sent)) {
        isCommitted ||= isContent(part);
        yield part;
      }
      leaveCircuit(model, scope.run.breaker, {});
      return;
    } catch (error) {
      await pauseOrThrow(step, error, !isCommitted);
    }
  }
}

// Parts before the first content are held back, so that a retry does not repeat them.
async function* readLeaf(step: LeafStep, sent: Outgoing): AsyncGenerator<StreamPart> {
  const held: StreamPart[] = [];
  let isOpen = false;
  const finished = { seen: false };
  for await (const part of recordedParts(step, sent, finished)) {
    if (!isOpen && (isContent(part) || part.type === 'finish')) {
      isOpen = true;
      yield* held;
    }
    if (isOpen) yield part;
    else held.push(part);
  }
  if (!finished.seen) throw endedEarly(step.model.modelId);
}

async function* recordedParts(step: LeafStep, sent: Outgoing, finished: { seen: boolean }): AsyncGenerator<StreamPart> {
  const { journal } = step.scope.run;
  const collector = answerCollector();
  let hasBegun = false;
  try {
    for await (const part of restored(step, sent)) {
      if (part.type === 'error') throw part.error;
      hasBegun ||= isContent(part);
      // Text is collected only for the journal; usage and warnings always.
      if (journal || !isContent(part)) collector.add(part);
      if (part.type === 'finish') {
        finished.seen = true;
        noteCut(step, sent.call, part.finishReason);
        const answer = collector.answer();
        finishLeaf(step, answer, true);
        await recordStep(step, answer);
      }
      yield part;
    }
  } finally {
    if (hasBegun && !finished.seen) {
      markUncounted(step.scope, step.span);
      await recordStep(step);
    }
  }
}

async function* restored(step: LeafStep, { call, restorer }: Outgoing): AsyncGenerator<StreamPart> {
  for await (const part of openLeaf(step, call)) yield* restorer ? restorer.part(part) : [part];
}

async function* openLeaf({ scope, model }: LeafStep, call: Call): AsyncGenerator<StreamPart> {
  const { signal } = scope.controller;
  const idle = streamTimer(model.modelId, scope.run);
  const either = AbortSignal.any([signal, idle.signal]);
  const { stream } = await orAbort(model.doStream({ ...call, abortSignal: either }), either);
  const reader = stream.getReader();
  // Fires also while nobody pulls: the slot of the backend is then free although this generator sleeps.
  const release = () => void reader.cancel(either.reason).catch(() => {});
  either.addEventListener('abort', release, { once: true });
  try {
    for (;;) {
      idle.restart();
      const { done, value } = await orAbort(reader.read(), either);
      if (done) return;
      if (isContent(value)) idle.begin();
      yield value;
    }
  } finally {
    idle.stop();
    either.removeEventListener('abort', release);
    release();
  }
}

interface StreamTimer {
  readonly signal: AbortSignal;
  /** Notes that content has come: from now on the time between two parts counts. */
  begin(): void;
  restart(): void;
  stop(): void;
}

function streamTimer(modelId: string, { firstTokenMs, idleMs }: Run): StreamTimer {
  const controller = new AbortController();
  let hasBegun = false;
  const fire = () => controller.abort(hasBegun ? stoodStill(modelId, idleMs) : neverBegan(modelId, firstTokenMs));
  let timer = setTimeout(fire, firstTokenMs);
  timer.unref();
  return {
    signal: controller.signal,
    begin() {
      if (hasBegun) return;
      hasBegun = true;
      clearTimeout(timer);
      timer = setTimeout(fire, idleMs);
      timer.unref();
    },
    restart: () => void (hasBegun && timer.refresh()),
    stop: () => clearTimeout(timer),
  };
}

function stoodStill(modelId: string, idleMs: number): TandemError {
  const message = `The stream of "${modelId}" stood still for ${idleMs} ms. Read it to its end, or raise \`idleMs\`.`;
  return new TandemError('model_failed', message, { data: { modelId, failure: 'timeout', isUnreachable: true } });
}

function neverBegan(modelId: string, firstTokenMs: number): TandemError {
  const message = `"${modelId}" showed nothing for ${firstTokenMs} ms. Ask for less, or raise \`firstTokenMs\`.`;
  return new TandemError('model_failed', message, { data: { modelId, failure: 'timeout', isUnreachable: true } });
}

// What opens a block shows nothing yet: until something is shown, another try may still take over.
const silent = new Set([
  'stream-start',
  'response-metadata',
  'raw',
  'ping',
  'error',
  'finish',
  'text-start',
  'reasoning-start',
  'tool-input-start',
]);

function isContent(part: StreamPart): boolean {
  return !silent.has(part.type);
}

function endedEarly(modelId: string): TandemError {
  return new TandemError('model_failed', `The stream of "${modelId}" ended before it was finished. Ask again.`, {
    data: { modelId, failure: 'unavailable', isUnreachable: true },
  });
}
