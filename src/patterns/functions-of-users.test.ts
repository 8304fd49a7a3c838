import { describe, expect, it } from 'vitest';
import { userCall } from '../model/answer.ts';
import { run } from '../model/run/scope-life.ts';
import type { LanguageModel } from '../model/types.ts';
import { scriptedModel } from '../testing/scripted-model.ts';
import { cascade } from './cascade/cascade.ts';
import { all, any, not } from './cascade/gates/combine.ts';
import { validator } from './cascade/gates/validator.ts';
import { router } from './router/router.ts';

const models = () => ({
  local: scriptedModel(['a draft'], { modelId: 'local' }),
  cloud: scriptedModel(['from afar'], { modelId: 'cloud', place: 'cloud' }),
});
const never = () => new Promise<never>(() => {});

async function streamed(model: LanguageModel, signal?: AbortSignal): Promise<unknown> {
  const { stream } = await model.doStream({
    ...userCall('Q?'),
    ...(signal && { abortSignal: signal }),
  });
  for await (const part of stream) if (part.type === 'error') throw part.error;
  return undefined;
}
const ways: Readonly<
  Record<string, (model: LanguageModel, signal?: AbortSignal) => Promise<unknown>>
> = {
  whole: async (model, signal) =>
    await model.doGenerate({ ...userCall('Q?'), ...(signal && { abortSignal: signal }) }),
  streamed,
};
const hanging: Readonly<Record<string, () => LanguageModel>> = {
  'a gate': () => cascade({ ...models(), accept: never }),
  'a gate among others': () => cascade({ ...models(), accept: all(any(never)) }),
  'a validator': () => cascade({ ...models(), accept: validator(never) }),
  'a scorer': () => router({ ...models(), scorer: never }),
};

describe.each(Object.entries(ways))('a function that never answers, %s', (_, ask) => {
  it.each(Object.entries(hanging))('%s is left at the deadline', async (_name, make) => {
    const late = run({ deadlineMs: 60 }, async () => await ask(make()));
    await expect(late).rejects.toMatchObject({ code: 'deadline_exceeded' });
  });

  it.each(Object.entries(hanging))('%s is left with the client', async (_name, make) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('gone')), 40);
    await expect(ask(make(), controller.signal)).rejects.toThrow('gone');
  });
});

describe('what is no verdict', () => {
  it.each([
    true,
    false,
    'yes',
    1,
    undefined,
    null,
    {},
    { accepts: true, score: Number.NaN, reason: 'x' },
    { accepts: true, score: 7, reason: 'x' },
    { accepts: 'yes', score: 1, reason: 'x' },
    { accepts: true, score: 1 },
  ])('is told, and no silent refusal: %j', async given => {
    const gate = (async () => given) as never;
    for (const accept of [gate, all(gate), any(gate), not(gate)])
      for (const ask of Object.values(ways))
        await expect(ask(cascade({ ...models(), accept }))).rejects.toMatchObject({
          code: 'invalid_argument',
          message: expect.stringMatching(/^The gate gave .* It must give .*validator/s),
        });
  });
});
