import { generateText, type ModelMessage, stepCountIs, streamText, tool } from 'ai';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { textOf, userCall } from '../../model/answer.ts';
import { summaryOf } from '../../model/run/summary.ts';
import type { Content } from '../../model/types.ts';
import { lastUserText } from '../../testing/double.ts';
import { type ScriptStep, scriptedModel } from '../../testing/scripted-model.ts';
import { cascade } from './cascade.ts';
import { all } from './gates/combine.ts';
import { nonAnswer } from './gates/non-answer.ts';
import { proseOnTopic } from './gates/on-topic.ts';
import { ofRequestedForm } from './gates/requested-form.ts';
import { validator } from './gates/validator.ts';
import type { CascadeOptions } from './options.ts';

const weatherCall = (input: string): ScriptStep => ({
  content: [
    { type: 'tool-call', toolCallId: 't1', toolName: 'weather', input },
  ] satisfies Content[],
});
const good = weatherCall('{"city":"Oslo"}');
const bad = weatherCall('{"town":"Oslo"}');

function made(
  local: readonly ScriptStep[],
  cloud: readonly ScriptStep[],
  options: Partial<CascadeOptions> = {},
) {
  const models = {
    local: scriptedModel(local, { modelId: 'local' }),
    cloud: scriptedModel(cloud, { modelId: 'cloud', place: 'cloud' }),
  };
  return { ...models, model: cascade({ ...models, accept: validator(() => true), ...options }) };
}

function weather() {
  const ran: string[] = [];
  const execute = async ({ city }: { city: string }) => {
    ran.push(city);
    return 'rain';
  };
  return {
    ran,
    tools: { weather: tool({ inputSchema: z.object({ city: z.string() }), execute }) },
  };
}

const ask = { prompt: 'Weather in Oslo?', stopWhen: stepCountIs(3) };

describe('TRAP 15: a malformed local tool call never reaches the history and never runs', () => {
  it('is asked for once more on the device, with what was wrong', async () => {
    const { model, local, cloud } = made([bad, good, 'It rains.'], []);
    const { ran, tools } = weather();
    const { text } = await generateText({ model, tools, ...ask });
    expect(text).toBe('It rains.');
    expect(ran).toEqual(['Oslo']);
    expect(lastUserText(local.calls[1]!)).toContain('the call of "weather" is not valid: "city"');
    local.verify();
    cloud.verify();
  });

  it('escalates if it is still wrong, and the loop then stays in the cloud', async () => {
    const { model, local, cloud } = made([bad, bad], [good, 'It rains.']);
    const { ran, tools } = weather();
    const { text, steps } = await generateText({ model, tools, ...ask });
    expect(text).toBe('It rains.');
    expect(ran).toEqual(['Oslo']);
    expect(JSON.stringify(steps.map(step => step.content))).not.toContain('town');
    expect(steps.map(step => summaryOf(step)?.reason)).toEqual([
      expect.stringContaining('the call of "weather" is not valid'),
      'the tool loop began in the cloud',
    ]);
    local.verify();
    cloud.verify();
  });

  it('is never streamed', async () => {
    const { model } = made([bad, bad], [good, 'It rains.'], {
      streaming: 'prefix',
      progress: true,
    });
    const { ran, tools } = weather();
    const result = streamText({ model, tools, ...ask });
    const calls: unknown[] = [];
    for await (const part of result.fullStream)
      if (part.type === 'tool-call') calls.push(part.input);
    expect(calls).toEqual([{ city: 'Oslo' }]);
    expect(ran).toEqual(['Oslo']);
  });

  it.each([
    [
      'a tool that does not exist',
      { content: [{ type: 'tool-call', toolCallId: 't', toolName: 'whether', input: '{}' }] },
    ],
    ['input that is not JSON', weatherCall('{city: Oslo')],
    ['a text for input', weatherCall('"Oslo"')],
  ] as [string, ScriptStep][])('so with %s', async (_, step) => {
    const { model, cloud } = made([step, step], ['from the cloud']);
    const { text } = await generateText({ model, tools: weather().tools, prompt: 'Weather?' });
    expect(text).toBe('from the cloud');
    cloud.verify();
  });

  it('does not switch the pattern off: a right call is taken from the device', async () => {
    const { model, local, cloud } = made([good, 'It rains.'], []);
    const { text, totalUsage } = await generateText({ model, tools: weather().tools, ...ask });
    expect(text).toBe('It rains.');
    expect(totalUsage.outputTokens).toBeGreaterThan(0);
    local.verify();
    cloud.verify();
  });
});

describe('a tool loop that escalated', () => {
  it('stays in the cloud where the cloud is a pattern of its own', async () => {
    const leaf = scriptedModel([good, 'It rains.'], { modelId: 'leaf', place: 'cloud' });
    const inner = cascade({
      local: leaf,
      cloud: scriptedModel([], { modelId: 'spare' }),
      accept: validator(() => true),
    });
    const local = scriptedModel([bad, bad], { modelId: 'local' });
    const model = cascade({ local, cloud: inner, accept: validator(() => true) });
    const { text } = await generateText({ model, tools: weather().tools, ...ask });
    expect(text).toBe('It rains.');
    local.verify();
    leaf.verify();
  });

  it('begins on the device again with the next question', async () => {
    const { model, local } = made([bad, bad, 'You are welcome.'], [good, 'It rains.']);
    const { tools } = weather();
    const first = await generateText({ model, tools, ...ask });
    const messages: ModelMessage[] = [
      { role: 'user', content: ask.prompt },
      ...first.response.messages,
      { role: 'user', content: 'Thanks!' },
    ];
    expect((await generateText({ model, tools, messages })).text).toBe('You are welcome.');
    local.verify();
  });
});

describe('objects', () => {
  const schema = {
    type: 'object',
    properties: { n: { type: 'integer', minimum: 1 } },
    required: ['n'],
  } as const;
  const call = userCall('Which?', { responseFormat: { type: 'json', schema } });

  it('that break their schema are repaired once, else they escalate', async () => {
    const repaired = made(['{"n":0}', '{"n":3}'], []);
    const answer = await repaired.model.doGenerate(call);
    expect(textOf(answer)).toBe('{"n":3}');
    expect(summaryOf(answer)!.reason).toBe('repaired; the validator accepts');
    const escalated = made(['{"n":0}', 'three'], ['{"n":3}']);
    expect(summaryOf(await escalated.model.doGenerate(call))).toMatchObject({
      answeredBy: 'cloud',
      reason: 'the draft is not JSON',
    });
    const unrepaired = made(['{"n":0}'], ['{"n":3}'], { repair: false });
    expect(textOf(await unrepaired.model.doGenerate(call))).toBe('{"n":3}');
    unrepaired.local.verify();
  });
});

describe('hopeless drafts', () => {
  const weak = (score: number) => () => ({ score, accepts: false, reason: `score ${score}` });

  it('are given or declined as configured, and the cloud is not asked in vain', async () => {
    const given = made(['draft'], [], { accept: weak(0.05), hopeless: { below: 0.1 } });
    const answer = await given.model.doGenerate(userCall('Why?'));
    expect(textOf(answer)).toBe('draft');
    expect(summaryOf(answer)).toMatchObject({
      answeredBy: 'local',
      reason: 'hopeless: score 0.05',
    });
    const declined = made(['draft'], [], {
      accept: weak(0.05),
      hopeless: { below: 0.1, action: 'abstain' },
    });
    expect(textOf(await declined.model.doGenerate(userCall('Why?')))).not.toContain('draft');
    declined.cloud.verify();
  });

  it('are not those that break a rule, nor those between the thresholds', async () => {
    const hopeless = { below: 0.1 } as const;
    const broken = made(['draft'], ['cloud'], { accept: validator(() => false), hopeless });
    expect(textOf(await broken.model.doGenerate(userCall('Why?')))).toBe('cloud');
    const between = made(['draft'], ['cloud'], { accept: weak(0.4), hopeless });
    expect(textOf(await between.model.doGenerate(userCall('Why?')))).toBe('cloud');
  });
});

describe('the draft', () => {
  it('goes along as data only where that is asked for', async () => {
    const sent = made(['my draft'], ['cloud'], { accept: validator(() => false), sendDraft: true });
    await sent.model.doGenerate(userCall('Why?'));
    expect(lastUserText(sent.cloud.calls[0]!)).toContain('<draft>\nmy draft\n</draft>');
    const kept = made(['my draft'], ['cloud'], { accept: validator(() => false) });
    await kept.model.doGenerate(userCall('Why?'));
    expect(JSON.stringify(kept.cloud.calls)).not.toContain('my draft');
  });
});

describe('a draft that calls a tool', () => {
  it.each([
    ["I'll check that for you.", 'Weather in Oslo?'],
    ['Sure!', 'Weather in Oslo?'],
    ['I cannot know the weather myself, so I ask the service.', 'Weather in Oslo?'],
    ['Let me look that up.', 'Answer with yes or no: is it cold in Oslo?'],
  ])('is not judged by the words that announce it: %s', async (text, prompt) => {
    const content = [{ type: 'text' as const, text }, ...(good as { content: Content[] }).content];
    const { model, cloud } = made([{ content }], [], {
      accept: all(
        nonAnswer(),
        ofRequestedForm(),
        proseOnTopic(),
        validator(() => true),
      ),
    });
    const { tools } = weather();
    const { toolCalls } = await generateText({ model, tools, prompt });
    expect(toolCalls).toHaveLength(1);
    cloud.verify();
  });
});
