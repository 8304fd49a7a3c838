import { textOf } from '../../model/answer.ts';
import { addUsage } from '../../model/leaf/cost/usage.ts';
import type { Answer, Call, LanguageModel, StreamPart } from '../../model/types.ts';
import { boundCall, shortCall } from './demanded-calls.ts';

/**
 * Makes a model that is held to a demanded call by a schema. A call that does not end within the
 * limit of tokens, such as a number whose digits go on and on, is asked for once more with texts
 * that fit into it.
 */
export function boundModel(served: LanguageModel): LanguageModel {
  return {
    specificationVersion: 'v4',
    provider: served.provider,
    modelId: served.modelId,
    get supportedUrls() {
      return served.supportedUrls;
    },
    async doGenerate(call) {
      const bound = boundCall(call);
      const answer = await served.doGenerate(bound);
      if (bound === call || !isCut(answer) || !beginsCall(textOf(answer))) return answer;
      const again = await served.doGenerate(shortCall(bound));
      return { ...again, usage: addUsage(answer.usage, again.usage) };
    },
    async doStream(call) {
      const bound = boundCall(call);
      const { stream, ...rest } = await served.doStream(bound);
      if (bound === call) return { stream, ...rest };
      return { ...rest, stream: wholeCall(served, bound, stream) };
    },
  };
}

function isCut({ finishReason }: Pick<Answer, 'finishReason'>): boolean {
  return finishReason.unified === 'length';
}

// A model that does as it pleases, whatever its schema, is not asked for less of it.
function beginsCall(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

// Nothing of a call is shown before its end. Until then empty pieces say that the model writes.
function wholeCall(served: LanguageModel, bound: Call, first: ReadableStream<StreamPart>) {
  const reader = { now: first.getReader() };
  const parts = callParts(served, bound, reader);
  return new ReadableStream<StreamPart>(
    {
      async pull(controller) {
        const { done, value } = await parts.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: reason => reader.now.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

interface OpenReader {
  now: ReadableStreamDefaultReader<StreamPart>;
}

async function* callParts(served: LanguageModel, bound: Call, reader: OpenReader) {
  const held: StreamPart[] = [];
  let id: string | undefined;
  for await (const part of partsOf(reader.now)) {
    if (part.type === 'text-start') id = part.id;
    if (part.type === 'text-delta') yield { ...part, delta: '' };
    if (part.type === 'text-delta' || part.type === 'text-end') held.push(part);
    else if (part.type === 'finish' && isCut(part) && beginsCall(textIn(held))) {
      const { stream } = await served.doStream(shortCall(bound));
      reader.now = stream.getReader();
      yield* againParts(reader.now, part, id);
    } else {
      if (part.type === 'finish') yield* held;
      yield part;
    }
  }
}

function textIn(held: readonly StreamPart[]): string {
  return held.map(part => (part.type === 'text-delta' ? part.delta : '')).join('');
}

type CallEnd = Extract<StreamPart, { type: 'finish' }>;

// Goes on in the block of text that was begun, of which nothing was shown.
async function* againParts(
  reader: ReadableStreamDefaultReader<StreamPart>,
  { usage }: CallEnd,
  id: string | undefined,
) {
  for await (const part of partsOf(reader)) {
    if (part.type === 'finish') yield { ...part, usage: addUsage(usage, part.usage) };
    else if (part.type === 'text-delta' || part.type === 'text-end')
      yield { ...part, id: id ?? part.id };
    else if (part.type !== 'stream-start' && (id === undefined || part.type !== 'text-start'))
      yield part;
  }
}

async function* partsOf(reader: ReadableStreamDefaultReader<StreamPart>) {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
