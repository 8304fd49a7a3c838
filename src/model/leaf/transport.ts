import { answerCollector, isContent } from '../answer.ts';
import { TandemError } from '../errors.ts';
import type { Answer, Call, StreamPart } from '../types.ts';
import type { Leaf } from './layer.ts';
import { type PartReader, partReader } from './reading/part-reader.ts';
import { readAnswer } from './reading/read-answer.ts';
import { mayHide, mayOpen, type ReadFor, readByCaller, readsItself } from './reading/reading.ts';
import { orAbort } from './retry.ts';
import type { Show } from './shown-parts.ts';
import type { LeafStep } from './step.ts';

/**
 * The model itself, which is left as soon as the scope is aborted, or its stream stands still. What
 * it wrote is read for what it is; an answer that is plainly text passes at a look.
 */
export const transport: Leaf = (step, call, show) => {
  if (show) return streamed(step, call, show);
  const { model, scope } = step;
  if (readsItself.of(model)) readByCaller.add(call);
  return orAbort(model.doGenerate(call), scope.controller.signal, answer => {
    if (call.tools?.length || call.stopSequences?.length || call.responseFormat?.type === 'json')
      return readAnswer(answer, { call, model });
    for (const part of answer.content)
      if (part.type === 'text' && mayHide.test(part.text))
        return readAnswer(answer, { call, model });
    return answer;
  });
};

// An answer of ours is bounded in bytes as well; of a model that is not, only this is seen.
const mostCharacters = 16_777_216;

async function streamed({ scope, model }: LeafStep, call: Call, show: Show): Promise<Answer> {
  const { firstTokenMs, idleMs } = scope.run;
  const tooLong = new AbortController();
  const either = AbortSignal.any([scope.controller.signal, tooLong.signal]);
  let timer = setTimeout(
    () => tooLong.abort(neverBegan(model.modelId, firstTokenMs)),
    firstTokenMs,
  ).unref();
  let hasBegun = false;
  const asked = { ...call, abortSignal: either };
  readByCaller.add(asked);
  const { stream } = await orAbort(model.doStream(asked), either);
  const reader = stream.getReader();
  const collector = answerCollector();
  const look: StreamLook = {
    parts: undefined,
    opening: undefined,
    openId: undefined,
    tail: '',
    size: 0,
  };
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
      for (const part of readable(look, value, { call, model })) {
        collector.add(part);
        await show(part);
      }
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

/** What is known of a stream that is looked at as it comes. */
interface StreamLook {
  /** Reads the parts from the first on that may be no text. */
  parts: PartReader | undefined;
  /** The beginning of a block of text, whose first words decide. */
  opening: StreamPart | undefined;
  /** The block of text that is shown as it comes. */
  openId: string | undefined;
  /** Its last words. */
  tail: string;
  /** Characters so far. */
  size: number;
}

// Plain text goes by as it came.
function readable(look: StreamLook, value: StreamPart, about: ReadFor): readonly StreamPart[] {
  if ('delta' in value && value.delta) look.size += value.delta.length;
  if (look.size > mostCharacters) throw neverEnds(about.model.modelId);
  if (look.parts) return look.parts.read(value);
  const pattern = look.openId === undefined ? mayOpen : mayHide;
  const isHidden = value.type === 'text-delta' && pattern.test(value.delta);
  const { tools, responseFormat, stopSequences } = about.call;
  if (isHidden || tools?.length || stopSequences?.length || responseFormat?.type === 'json') {
    look.parts = partReader(about, look.openId, look.tail);
    if (look.opening) look.parts.read(look.opening);
    look.opening = undefined;
    return look.parts.read(value);
  }
  if (value.type === 'text-start') {
    look.opening = value;
    return [];
  }
  if (value.type === 'text-delta') look.tail = (look.tail + value.delta).slice(-64);
  if (value.type === 'text-end') look.openId = undefined;
  if (!look.opening) return [value];
  const opened = [look.opening, value];
  if (value.type === 'text-delta') look.openId = value.id;
  look.opening = undefined;
  return opened;
}

function stoodStill(modelId: string, idleMs: number): TandemError {
  const message =
    `The stream of "${modelId}" stood still for ${idleMs} ms. Read it to its end, ` +
    'or raise `idleMs`.';
  return new TandemError('model_failed', message, {
    data: { modelId, failure: 'timeout', isUnreachable: true },
  });
}

function neverEnds(modelId: string): TandemError {
  const message =
    `The stream of "${modelId}" is longer than ${mostCharacters} characters. The rest was not ` +
    'read. Ask for less: set `maxOutputTokens`.';
  return new TandemError('model_failed', message, { data: { modelId, failure: 'protocol' } });
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
