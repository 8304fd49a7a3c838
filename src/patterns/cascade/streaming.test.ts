import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streamText } from 'ai';
import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../model/answer.ts';
import { run } from '../../model/run/scope-life.ts';
import { summaryOf } from '../../model/run/summary.ts';
import type { StreamPart } from '../../model/types.ts';
import { openJournal } from '../../runs/journal.ts';
import { readWellFormed } from '../../testing/check-stream.ts';
import { apiFailure } from '../../testing/failures.ts';
import { patternContract } from '../../testing/pattern-contract.ts';
import { type ScriptStep, scriptedModel } from '../../testing/scripted-model.ts';
import { cascade } from './cascade.ts';
import { validator } from './gates/validator.ts';
import type { CascadeOptions } from './options.ts';

// A draft whose tokens are words, each with the same probability.
const draft = (text: string, probability: number): ScriptStep => ({
  text,
  logprobs: text.split(/(?<= )/).map(token => ({ token, logprob: Math.log(probability) })),
});

const refuse = validator(() => false);

function made(
  options: Partial<CascadeOptions>,
  local: readonly ScriptStep[],
  cloud: readonly ScriptStep[],
) {
  const models = {
    local: scriptedModel(local, { modelId: 'local' }),
    cloud: scriptedModel(cloud, { modelId: 'cloud', place: 'cloud' }),
  };
  return { ...models, model: cascade({ ...models, ...options }) };
}

async function streamed(model: ReturnType<typeof cascade>, prompt = 'Why?') {
  const { stream } = await model.doStream(userCall(prompt));
  const { parts, text, finish } = await readWellFormed(stream as ReadableStream<StreamPart>);
  return { parts, text, summary: summaryOf(finish)!, types: parts.map(({ type }) => type) };
}

const ten = 'one two three four five six seven eight nine ten';

describe('the prefix gate passes the exam', () => {
  const number = (prompt: string) => Number(/\d+/.exec(prompt)?.[0]);
  const promptOf = (call: Parameters<typeof textOf>[0] | { prompt: unknown }) =>
    JSON.stringify(call);
  const subject = {
    roles: {
      local: {
        place: 'device' as const,
        reply: (call: { prompt: unknown }) => `answer ${number(promptOf(call))}`,
      },
      cloud: {
        place: 'cloud' as const,
        reply: (call: { prompt: unknown }) => `answer ${number(promptOf(call))}`,
      },
    },
    make: (models: Record<string, ReturnType<typeof cascade>>) =>
      cascade({
        local: models.local!,
        cloud: models.cloud!,
        streaming: { tokens: 2 },
        accept: validator(text => !/[13579]$/.test(text)),
      }),
    call: (n: number) => userCall(`question ${n}`),
    isRight: (text: string, n: number) => text === `answer ${n}`,
  };
  for (const { name, run } of patternContract(subject)) it(name, run);
});

describe('TRAP 1: in every streaming mode the text is the final answer, in one block', () => {
  it.each<[string, Partial<CascadeOptions>, ScriptStep, string]>([
    ['hold, accepted', { accept: validator(() => true) }, draft(ten, 0.5), ten],
    ['hold, refused', { accept: refuse }, draft(ten, 0.5), 'from the cloud'],
    ['prefix, sure', { streaming: { tokens: 4 }, accept: refuse }, draft(ten, 0.95), ten],
    [
      'prefix, unsure',
      { streaming: { tokens: 4 }, accept: refuse },
      draft(ten, 0.3),
      'from the cloud',
    ],
    [
      'prefix, between',
      { streaming: { tokens: 4, abortBelow: 0.2 }, accept: refuse },
      draft(ten, 0.5),
      'from the cloud',
    ],
    [
      'prefix, shorter than it',
      { streaming: { tokens: 99 }, accept: validator(() => true) },
      draft(ten, 0.1),
      ten,
    ],
    [
      'prefix, without probabilities',
      { streaming: 'prefix', accept: refuse },
      ten,
      'from the cloud',
    ],
  ])('%s', async (_, options, local, wanted) => {
    for (const progress of [false, true]) {
      const { text, types, parts } = await streamed(
        made({ ...options, progress }, [local], ['from the cloud']).model,
      );
      expect(text).toBe(wanted);
      expect(types.filter(type => type === 'text-start')).toHaveLength(1);
      expect(types.includes('reasoning-delta')).toBe(progress);
      expect(JSON.stringify(parts)).not.toContain('logprob');
      const generated = await made(
        { ...options, progress },
        [local],
        ['from the cloud'],
      ).model.doGenerate(userCall('Why?'));
      expect(textOf(generated)).toBe(wanted);
    }
  });

  it('streams a draft on from its first tokens, without waiting for the gate', async () => {
    const { model, local } = made(
      { streaming: { tokens: 4 }, accept: refuse },
      [draft(ten, 0.95)],
      [],
    );
    const { summary, types } = await streamed(model);
    expect(summary).toMatchObject({
      answeredBy: 'local',
      reason: 'first 4 tokens 0.95 ≥ 0.80',
      confidence: expect.closeTo(0.95),
    });
    expect(types.filter(type => type === 'text-delta')).toHaveLength(10);
    local.verify();
  });

  it('commits again by the same tokens where the journal replays the draft', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cascade-'));
    using journal = openJournal({ path: join(folder, 'j.db') });
    const once = (local: readonly ScriptStep[]) =>
      run({ runId: 'r', journal }, () =>
        streamed(made({ streaming: { tokens: 4 }, accept: refuse }, local, []).model),
      );
    const [first, second] = [await once([draft(ten, 0.95)]), await once([])];
    expect(second.text).toBe(first.text);
    expect(second.summary.reason).toBe(first.summary.reason);
  });

  it('says where the server sent no probabilities to judge by', async () => {
    const { model } = made({ streaming: 'prefix', accept: validator(() => true) }, [ten], []);
    expect((await streamed(model)).summary.reason).toBe(
      'no log-probabilities in the stream; the validator accepts',
    );
  });

  it('aborts a draft that begins badly, and says what it cost', async () => {
    const { model } = made({ streaming: { tokens: 4 } }, [draft(ten, 0.3)], ['from the cloud']);
    const { summary } = await streamed(model);
    expect(summary).toMatchObject({
      answeredBy: 'cloud',
      reason: 'first 4 tokens 0.30 < 0.80',
      calls: { device: 1, cloud: 1 },
    });
    // What the aborted draft used is not known.
    expect(summary.usageComplete).toBe(false);
  });

  it('errors a stream that breaks after the commit, and lets nobody else speak', async () => {
    const breaking: ScriptStep = {
      ...(draft(ten, 0.95) as object),
      breaks: { after: 6, error: apiFailure(500) },
    };
    const { model, cloud } = made({ streaming: { tokens: 4 } }, [breaking], []);
    const { stream } = await model.doStream(userCall('Why?'));
    await expect(readWellFormed(stream as ReadableStream<StreamPart>)).rejects.toMatchObject({
      code: 'model_failed',
    });
    cloud.verify();
  });

  it('holds objects and tool calls, whatever the mode', async () => {
    const { model } = made(
      { streaming: { tokens: 1 }, repair: false },
      [draft('{"town" :"Oslo"}', 0.99)],
      ['{"city":"Oslo"}'],
    );
    const schema = { type: 'object' as const, required: ['city'] };
    const { stream } = await model.doStream(
      userCall('Which?', { responseFormat: { type: 'json', schema } }),
    );
    expect((await readWellFormed(stream as ReadableStream<StreamPart>)).text).toBe(
      '{"city":"Oslo"}',
    );
  });
});

describe('progress', () => {
  it('is told as reasoning before the answer, and the answer stays the text', async () => {
    const { model } = made({ progress: true, accept: refuse }, ['rejected'], ['from the cloud']);
    const result = streamText({ model, prompt: 'Why?' });
    const heard: string[] = [];
    let text = '';
    for await (const part of result.fullStream) {
      if (part.type === 'reasoning-delta') heard.push(part.text.trim());
      if (part.type === 'text-delta') text += part.text;
    }
    expect(heard).toEqual([
      'local drafts',
      'judging the draft',
      'the validator refuses: cloud answers',
    ]);
    expect(text).toBe('from the cloud');
    expect(heard.join()).not.toContain('rejected');
  });
});

describe('hedging', () => {
  const late = (text: string, delayMs: number): ScriptStep => ({ text, delayMs });

  it('takes the cloud where the draft is late and the cloud speaks first', async () => {
    const { model } = made({ hedgeAfterMs: 5 }, [late('late draft', 60_000)], ['from the cloud']);
    const { text, summary } = await streamed(model);
    expect(text).toBe('from the cloud');
    expect(summary).toMatchObject({
      answeredBy: 'cloud',
      reason: 'the draft took longer than 5 ms',
    });
  });

  it('asks nobody else where the draft is in time', async () => {
    const { model, cloud } = made(
      { hedgeAfterMs: 60_000, accept: validator(() => true) },
      ['in time'],
      [],
    );
    expect((await streamed(model)).text).toBe('in time');
    cloud.verify();
  });

  it('keeps a late draft accepted before the cloud speaks, else the answer under way', async () => {
    const accepted = made(
      { hedgeAfterMs: 5, accept: validator(() => true) },
      [late('late draft', 30)],
      [late('x', 60_000)],
    );
    expect((await streamed(accepted.model)).text).toBe('late draft');
    const refused = made(
      { hedgeAfterMs: 5, accept: refuse },
      [late('late draft', 30)],
      [late('from the cloud', 80)],
    );
    expect((await streamed(refused.model)).text).toBe('from the cloud');
    refused.cloud.verify();
  });

  it('waits for the draft where the hedge fails', async () => {
    const { model } = made(
      { hedgeAfterMs: 5, accept: validator(() => true) },
      [late('late draft', 40)],
      [apiFailure(401), 'unused'],
    );
    expect((await streamed(model)).text).toBe('late draft');
  });
});
