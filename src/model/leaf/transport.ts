import { answerCollector, isContent } from '../answer.ts';
import { TandemError } from '../errors.ts';
import type { Answer, Call } from '../types.ts';
import type { Leaf } from './layer.ts';
import { orAbort } from './retry.ts';
import type { Show } from './shown-parts.ts';
import type { LeafStep } from './step.ts';

/** The model itself, which is left as soon as the scope is aborted, or its stream stands still. */
export const transport: Leaf = (step, call, show) =>
  show
    ? streamed(step, call, show)
    : orAbort(step.model.doGenerate(call), step.scope.controller.signal);

async function streamed({ scope, model }: LeafStep, call: Call, show: Show): Promise<Answer> {
  const { firstTokenMs, idleMs } = scope.run;
  const tooLong = new AbortController();
  const either = AbortSignal.any([scope.controller.signal, tooLong.signal]);
  let timer = setTimeout(
    () => tooLong.abort(neverBegan(model.modelId, firstTokenMs)),
    firstTokenMs,
  ).unref();
  let hasBegun = false;
  const { stream } = await orAbort(model.doStream({ ...call, abortSignal: either }), either);
  const reader = stream.getReader();
  const collector = answerCollector();
  // Ends a read under way, and fires also while nobody reads: the slot of the backend is then free
  // although this function sleeps.
  const release = () => void reader.cancel(either.reason).catch(() => {});
  either.addEventListener('abort', release, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      either.throwIfAborted();
      if (done) throw endedEarly(model.modelId);
      if (value.type === 'error') throw value.error;
      if (!hasBegun && isContent(value)) {
        hasBegun = true;
        clearTimeout(timer);
        timer = setTimeout(() => tooLong.abort(stoodStill(model.modelId, idleMs)), idleMs).unref();
      }
      collector.add(value);
      await show(value);
      if (value.type === 'finish') return collector.answer();
      // From the first content on, the time between two parts counts.
      if (hasBegun) timer.refresh();
    }
  } finally {
    clearTimeout(timer);
    either.removeEventListener('abort', release);
    release();
  }
}

function stoodStill(modelId: string, idleMs: number): TandemError {
  const message =
    `The stream of "${modelId}" stood still for ${idleMs} ms. Read it to its end, ` +
    'or raise `idleMs`.';
  return new TandemError('model_failed', message, {
    data: { modelId, failure: 'timeout', isUnreachable: true },
  });
}

function neverBegan(modelId: string, firstTokenMs: number): TandemError {
  const message =
    `"${modelId}" showed nothing for ${firstTokenMs} ms. Ask for less, or raise ` +
    '`firstTokenMs`.';
  return new TandemError('model_failed', message, {
    data: { modelId, failure: 'timeout', isUnreachable: true },
  });
}

function endedEarly(modelId: string): TandemError {
  return new TandemError(
    'model_failed',
    `The stream of "${modelId}" ended before it was finished. Ask again.`,
    {
      data: { modelId, failure: 'unavailable', isUnreachable: true },
    },
  );
}
