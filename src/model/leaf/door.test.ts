import { describe, expect, it } from 'vitest';
import { collectStream, doubleOf } from '../../testing/double.ts';
import { connectionFailure } from '../../testing/failures.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { memorySink } from '../../trace/sink.ts';
import { leavesOf } from '../../trace/span.ts';
import { textAnswer, textOf, userCall } from '../answer.ts';
import { definePattern, settle } from '../pattern/define-pattern.ts';
import { direct } from '../pattern/direct.ts';
import type { Masker } from '../run/ports.ts';
import { run } from '../run/scope-life.ts';
import type { LanguageModel, StreamPart } from '../types.ts';
import { usageOf } from './cost/usage.ts';

const parts: readonly StreamPart[] = [
  { type: 'stream-start', warnings: [] },
  { type: 'text-start', id: '0' },
  ...['a', 'b', 'c'].map(delta => ({ type: 'text-delta' as const, id: '0', delta })),
  { type: 'text-end', id: '0' },
  { type: 'finish', finishReason: { unified: 'stop', raw: undefined }, usage: usageOf(1, 3) },
];

/** A leaf that notes how many of its parts were read, and whether it was told to stop. */
function countingLeaf() {
  const state = { read: 0, wasCancelled: false };
  const leaf: LanguageModel = {
    ...doubleOf({ modelId: 'counting' }, () => ({ text: 'abc' })),
    async doStream() {
      const pull = (controller: ReadableStreamDefaultController<StreamPart>) =>
        controller.enqueue(parts[state.read++]!);
      const cancel = () => {
        state.wasCancelled = true;
      };
      return { stream: new ReadableStream({ pull, cancel }, { highWaterMark: 0 }) };
    },
  };
  return { leaf, state };
}

/** Runs a pattern that streams a leaf and does as it likes with the parts. */
async function streaming(
  leaf: LanguageModel,
  read: (stream: AsyncGenerator<StreamPart>) => Promise<unknown>,
) {
  const sink = memorySink();
  const pattern = definePattern({
    name: 'reading',
    models: [leaf],
    async generate(call, ask) {
      await read(ask.stream(leaf, call));
      return settle(textAnswer('done'), { reason: 'test' });
    },
  });
  await run({ sink }, async () => pattern.doGenerate(userCall('x')));
  return leavesOf(sink.runs[0]!.root)[0]!;
}

describe('a streamed call', () => {
  it('begins with the first read, and runs ahead of its reader only to first content', async () => {
    const { leaf, state } = countingLeaf();
    await streaming(leaf, async stream => {
      expect(state.read).toBe(0);
      expect((await stream.next()).value).toEqual(parts[0]);
      expect(state.read).toBe(3);
      for (const read of [3, 3, 4]) {
        await stream.next();
        expect(state.read).toBe(read);
      }
      await stream.return(undefined);
    });
  });

  it('gives its reader the end when all is booked, and every part once', async () => {
    const { leaf } = countingLeaf();
    const seen: StreamPart[] = [];
    const span = await streaming(leaf, async stream => {
      for await (const part of stream) seen.push(part);
    });
    expect(seen).toEqual(parts);
    expect(span).toMatchObject({ tokens: { input: 1, output: 3 }, error: undefined, attempts: 1 });
  });

  it('is cancelled and on record as unfinished where its reader goes away', async () => {
    const { leaf, state } = countingLeaf();
    const span = await streaming(leaf, async stream => {
      for await (const part of stream) if (part.type === 'text-delta') break;
    });
    expect(state).toEqual({ read: 3, wasCancelled: true });
    expect(span).toMatchObject({ error: 'unfinished', attempts: 1, tokens: undefined });
  });

  it('costs nothing where nobody reads it', async () => {
    const { leaf, state } = countingLeaf();
    await streaming(leaf, stream => stream.return(undefined));
    expect(state.read).toBe(0);
  });
});

describe('a masked stream that is tried again', () => {
  const masker: Masker = { find: () => [] };
  const breaking = { text: 'MASK and more', breaks: { after: 1, error: connectionFailure() } };

  it('forgets what the first try had begun and not shown', async () => {
    const cloud = scriptedModel([breaking, 'Hello.'], { modelId: 'cloud', place: 'cloud' });
    const answer = await run({ masker, retry: { baseMs: 1 } }, async () => {
      const { stream } = await direct(cloud).doStream(userCall('x'));
      return collectStream(stream);
    });
    expect(textOf(answer)).toBe('Hello.');
    cloud.verify();
  });
});
