import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cascade, model, notConfigured, summaryOf, userCall } from '../../src/index.ts';
import { mannerly } from './parts/manners.ts';
import { type Replay, readRecordings, startReplay } from './recordings.ts';

const recordings = readRecordings(new URL('recorded/manners.json', import.meta.url));
let replay: Replay;

beforeAll(async () => {
  replay = await startReplay(recordings);
});
afterAll(() => replay.close());

// Answers that two real models wrote: refusals, echoes, evasions and things made up among them.
const drafts = recordings.map(({ model: by, prompt, text }) => {
  const right = mannerly.find(each => each.prompt === prompt)?.right;
  return { by, prompt, text, isRight: right?.test(text) ?? false };
});

async function isKept(by: string, prompt: string): Promise<boolean> {
  const local = model(`llama-server:${by}`, { endpoint: replay.url });
  const call = userCall(prompt, { temperature: 0, maxOutputTokens: 60 });
  const answer = await cascade({ local, cloud: notConfigured() }).doGenerate(call);
  return summaryOf(answer)?.degraded !== true;
}

describe('what real small models wrote', () => {
  it.each(drafts.filter(({ isRight }) => !isRight))('is not kept: $text ($by)', async draft => {
    expect(await isKept(draft.by, draft.prompt)).toBe(false);
  });

  it('is kept where it is right and sure', async () => {
    expect(
      await isKept('qwen2.5-coder-0.5b', 'What is the capital of France? Answer with one word.'),
    ).toBe(true);
  });
});
