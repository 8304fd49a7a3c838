import { describe, expect, it } from 'vitest';
import { advise } from '../index.ts';
import { userCall } from '../model/answer.ts';
import { TandemError } from '../model/errors.ts';
import { direct } from '../model/pattern/direct.ts';
import { summaryOf } from '../model/run/summary.ts';
import type { Answer, Call, LanguageModel } from '../model/types.ts';
import { collectStream, lastUserText } from '../testing/double.ts';
import { type ScriptStep, scriptedModel } from '../testing/scripted-model.ts';
import { auto } from './auto/auto.ts';
import { cascade } from './cascade/cascade.ts';
import { validator } from './cascade/gates/validator.ts';
import { router } from './router/router.ts';
import { shadow } from './shadow/shadow.ts';

type Pair = Readonly<Record<'local' | 'cloud', LanguageModel>>;

const score = (value: number) => async () => value;
const makes: Readonly<Record<string, (pair: Pair) => LanguageModel>> = {
  router: pair => router({ ...pair, scorer: score(1) }),
  'router, unsure': pair => router({ ...pair, unsure: pair.local, scorer: score(0.5) }),
  cascade: pair => cascade({ ...pair, accept: validator(() => true) }),
  auto: pair =>
    auto({ ...pair, plain: pair.local, minions: pair.cloud, chain: pair.cloud, adviser: advise }),
  'router in a cascade': pair =>
    cascade({
      local: router({ ...pair, scorer: score(1) }),
      cloud: pair.cloud,
      accept: validator(() => true),
    }),
  'router in a shadow': pair => beside(router({ ...pair, scorer: score(1) })),
  'router of a model that has a pattern': pair =>
    router({ ...pair, local: direct(pair.local), scorer: score(1) }),
  'cascade of a model that has a pattern': pair =>
    cascade({ ...pair, local: direct(pair.local), accept: validator(() => true) }),
  'shadow in a router': pair => router({ ...pair, local: beside(pair.local), scorer: score(1) }),
};

function beside(shown: LanguageModel): LanguageModel {
  return shadow({ shown, hidden: scriptedModel(['', '']) });
}

const inputSchema = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const } },
  required: ['city'],
  additionalProperties: false,
};
const asked: Call = userCall('Weather in Oslo?', {
  tools: [{ type: 'function', name: 'weather', inputSchema }],
});
const native = (toolName: string, input: string): ScriptStep => ({
  content: [{ type: 'tool-call', toolCallId: 'made', toolName, input }],
});
const unfit: readonly (readonly [what: string, step: ScriptStep])[] = [
  ['a wrong key', '{"name": "weather", "arguments": {"town": "Oslo"}}'],
  ['no such tool', '{"name": "forecast", "arguments": {"city": "Oslo"}}'],
  ['a fence', '```json\n{"name": "weather", "arguments": {"place": "Oslo"}}\n```'],
  ['a tag', '<tool_call>\n{"name": "weather", "arguments": {"city"}\n</tool_call>'],
  ['a call cut short', { text: '{"name": "weather", "argum', finishReason: 'length' }],
  ['a call of the server’s own', native('weather', '{"town":"Oslo"}')],
  ['a tool of the server’s own', native('whether', '{"city":"Oslo"}')],
];
const isOwn = (step: ScriptStep) => typeof step === 'object' && 'content' in step;
const right = '{"name": "weather", "arguments": {"city": "Oslo"}}';
const rightCall = { toolName: 'weather', input: '{"city":"Oslo"}' };

const ways: Readonly<Record<string, (model: LanguageModel) => Promise<Answer>>> = {
  whole: async model => model.doGenerate(asked),
  streamed: async model => collectStream((await model.doStream(asked)).stream),
};
const cases = Object.keys(makes).flatMap(name =>
  Object.keys(ways).flatMap(way => unfit.map(([what, step]) => [name, way, what, step] as const)),
);

function played(name: string, local: readonly ScriptStep[], cloud: readonly ScriptStep[] = []) {
  const models = {
    local: scriptedModel(local, { modelId: 'small' }),
    cloud: scriptedModel(cloud, { modelId: 'large', place: 'cloud' }),
  };
  return { ...models, model: makes[name]!(models) };
}

function seen({ content }: Answer) {
  return content.map(part =>
    part.type === 'tool-call' ? { toolName: part.toolName, input: part.input } : part,
  );
}

describe('a call that fits no tool', () => {
  it.each(cases)('by %s, %s, is asked for again: %s', async (name, way, _, step) => {
    const { model, local, cloud } = played(name, [step, right]);
    expect(seen(await ways[way]!(model))).toEqual([rightCall]);
    expect(lastUserText(local.calls[1]!)).toContain('Your last reply cannot be used');
    local.verify();
    cloud.verify();
  });

  it.each(cases)('by %s, %s, goes to the cloud at last: %s', async (name, way, _, step) => {
    const { model, local, cloud } = played(name, [step, step], [right]);
    const answer = await ways[way]!(model);
    expect(seen(answer)).toEqual([rightCall]);
    expect(summaryOf(answer)).toMatchObject({ answeredBy: expect.anything() });
    expect(summaryOf(answer)?.degraded).toBeUndefined();
    expect(cloud.calls[0]!.prompt).toEqual(asked.prompt);
    local.verify();
    cloud.verify();
  });

  it.each(
    Object.keys(ways).flatMap(way =>
      unfit.filter(([, step]) => !isOwn(step)).map(([what, step]) => [way, what, step] as const),
    ),
  )('is an error of a model alone that wrote it as text, %s: %s', async (way, _, step) => {
    const local = scriptedModel([step, step], { modelId: 'small' });
    const failed = await ways[way]!(direct(local)).catch((error: unknown) => error);
    expect(TandemError.isInstance(failed) && failed.code).toBe('bad_answer');
    expect(String(failed)).toMatch(/"small" was asked twice.*is not valid: .*Ask another model/);
    local.verify();
  });

  it.each(
    Object.keys(ways).flatMap(way => unfit.map(([what, step]) => [way, what, step] as const)),
  )('is never shown by a shadow of one model, %s: %s', async (way, _, step) => {
    const mended = scriptedModel([step, right], { modelId: 'small' });
    expect(seen(await ways[way]!(beside(mended)))).toEqual([rightCall]);
    mended.verify();
    const stubborn = scriptedModel([step, step], { modelId: 'small' });
    const failed = await ways[way]!(beside(stubborn)).catch((error: unknown) => error);
    expect(TandemError.isInstance(failed) && failed.code).toBe('bad_answer');
    stubborn.verify();
  });

  it('of a server’s own is left to whoever offers the tools, where it is asked alone', async () => {
    for (const way of Object.keys(ways)) {
      const local = scriptedModel([native('weather', '{"town":"Oslo"}')]);
      const answer = await ways[way]!(direct(local));
      expect(seen(answer)).toEqual([{ toolName: 'weather', input: '{"town":"Oslo"}' }]);
    }
  });

  it('that a cloud made by itself is left to whoever offers the tools', async () => {
    const cloud = scriptedModel([native('weather', '{"town":"Oslo"}')], { place: 'cloud' });
    const answer = await ways.streamed!(direct(cloud));
    expect(seen(answer)).toEqual([{ toolName: 'weather', input: '{"town":"Oslo"}' }]);
  });

  it('that a cloud wrote as text is asked for again', async () => {
    const cloud = scriptedModel([unfit[0]![1], right], { modelId: 'large', place: 'cloud' });
    expect(seen(await ways.streamed!(direct(cloud)))).toEqual([rightCall]);
    cloud.verify();
  });

  it('is no reason to leave: what may not leave fails', async () => {
    const { model, cloud } = played('router', [unfit[0]![1], unfit[0]![1]]);
    const providerOptions = { tandem: { mode: 'local-only' } };
    await expect(model.doGenerate({ ...asked, providerOptions })).rejects.toThrow();
    cloud.verify();
  });
});
