import type { Answer } from '../types.ts';
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
  outgoing,
  plainCall,
  recordStep,
} from './leaf-step.ts';
import { orAbort } from './retry.ts';

/**
 * Asks a leaf, in this order: egress decision, journal (a finished call is not made again), deadline and budget, the
 * intent of a crossing, the call with its retries, then usage, cost, warnings, journal and span.
 */
export async function askLeaf(step: LeafStep): Promise<Answer> {
  try {
    // A device leaf is admitted without a wait: an await on each would cost more than the rest of this function.
    if (step.span.place === 'cloud') await admit(step);
    const recorded = step.address && (await findRecorded(step));
    if (recorded) return replayed(step, recorded);
    return await callBudgeted(step);
  } catch (error) {
    failLeaf(step, error);
    throw error;
  } finally {
    closeStep(step);
  }
}

function replayed(step: LeafStep, answer: Answer): Answer {
  step.span.replayed = true;
  finishLeaf(step, answer);
  return answer;
}

async function callBudgeted(step: LeafStep): Promise<Answer> {
  const reservation = prepare(step);
  try {
    const answer = await callWithRetries(step, reservation.maxOutputTokens);
    finishLeaf(step, answer);
    // Recorded before it is settled: what was set aside is then seen in the journal by all who share the day's budget.
    if (step.address) await recordStep(step, answer);
    return answer;
  } finally {
    settleStep(step, reservation);
  }
}

async function callWithRetries(step: LeafStep, maxOutputTokens: number | undefined): Promise<Answer> {
  const { scope, model, span } = step;
  const { signal } = scope.controller;
  enterCircuit(model, scope.run.breaker);
  // A device leaf needs no wait here: it gets the call as it is.
  const { call, restorer } =
    span.place === 'device'
      ? { call: plainCall(step, maxOutputTokens), restorer: undefined }
      : await outgoing(step, maxOutputTokens);
  for (;;) {
    span.attempts++;
    try {
      const answer = await orAbort(model.doGenerate(call), signal);
      leaveCircuit(model, scope.run.breaker, {});
      noteCut(step, call, answer.finishReason);
      return restorer ? restorer.answer(answer) : answer;
    } catch (error) {
      await pauseOrThrow(step, error, true);
    }
  }
}
