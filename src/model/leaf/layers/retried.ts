import { isContent } from '../../answer.ts';
import type { StreamPart } from '../../types.ts';
import { neverLeft } from '../failure.ts';
import type { Layer } from '../layer.ts';
import { capabilitiesOf, noteCapabilities } from '../model/capabilities.ts';
import { isUnreachable, leafFailure, pauseBefore, sleep } from '../retry.ts';
import type { Show } from '../shown-parts.ts';
import { type LeafStep, noteWarnings, wasLeft } from '../step.ts';

/**
 * Tries again after a transient failure, until content has been shown. @throws TandemError
 * `model_failed`
 */
export const retried: Layer = {
  around: next => async (step, call, show) => {
    for (;;) {
      step.span.attempts++;
      try {
        return await next(step, call, show && fromContentOn(step, show));
      } catch (error) {
        if (wasLeft(step, error)) throw error;
        await pauseOrThrow(step, error);
      }
    }
  },
};

async function pauseOrThrow(
  { scope, span, model, hasShown }: LeafStep,
  error: unknown,
): Promise<void> {
  const pause = hasShown ? undefined : pauseBefore(span.attempts, error, scope.run);
  if (pause === undefined) {
    if (neverLeft(error)) span.characters = 0;
    const failure = leafFailure(model.modelId, error, span.attempts);
    const { contextTokens } = failure.data;
    // From now on what surely does not fit is cut, or refused before it is sent.
    if (typeof contextTokens === 'number' && capabilitiesOf(model).contextTokens === undefined)
      noteCapabilities(model, { contextTokens });
    // Where another answers in its place, whoever reads the answer shall see what is to be mended.
    if (!isUnreachable(failure)) noteWarnings(scope, [{ type: 'other', message: failure.message }]);
    throw failure;
  }
  await sleep(pause, scope.controller.signal);
}

// Parts before the first content are held back, so that another try does not repeat them.
function fromContentOn(step: LeafStep, show: Show): Show {
  let held: StreamPart[] | undefined = [];
  return part => {
    if (!held) return show(part);
    held.push(part);
    step.hasShown = isContent(part);
    if (!step.hasShown && part.type !== 'finish') return undefined;
    const early = held;
    held = undefined;
    return showAll(early, show);
  };
}

async function showAll(parts: readonly StreamPart[], show: Show): Promise<void> {
  for (const part of parts) await show(part);
}
