import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { textAnswer, userCall } from '../../model/answer.ts';
import { logprobMetadata } from '../../model/leaf/logprobs.ts';
import { summaryOf } from '../../model/run/summary.ts';
import type { Answer } from '../../model/types.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { cascade } from './cascade.ts';
import type { Gate, Verdict } from './gate.ts';
import { agreement } from './gates/agreement.ts';
import { cited } from './gates/cited.ts';
import { all, any, firstKnown, greyBand, not } from './gates/combine.ts';
import { complete } from './gates/complete.ts';
import { confident } from './gates/confident.ts';
import { judge, selfCheck } from './gates/self-check.ts';
import { matchesPattern, matchesSchema, validator, wellShaped } from './gates/validator.ts';

const localWith = (...steps: Parameters<typeof scriptedModel>[0]) =>
  scriptedModel(steps, { modelId: 'local' });

// Lets a gate judge the first answer of the local model, and says what it said.
async function judged(gate: Gate, local: ReturnType<typeof localWith>, prompt = 'How many?') {
  const cloud = scriptedModel(['from the cloud'], { modelId: 'cloud', place: 'cloud' });
  const answer = await cascade({ local, cloud, accept: gate }).doGenerate(userCall(prompt));
  local.verify();
  const { answeredBy, reason, confidence } = summaryOf(answer)!;
  return { accepts: answeredBy === 'local', reason, confidence };
}

// Gates that ask nobody need no cascade.
async function verdict(gate: Gate, answer: Answer, call = userCall('Why?')): Promise<Verdict> {
  return gate({ call, answer, local: localWith(), ask: undefined as never });
}

const withTokens = (...probabilities: number[]): Answer => ({
  ...textAnswer('an answer'),
  providerMetadata: logprobMetadata(probabilities.map(p => ({ token: 'x', logprob: Math.log(p) }))),
});

describe('agreement', () => {
  it('stops as soon as the share is certain, and asks only what it must', async () => {
    const five = agreement({ samples: 5, threshold: 0.6 });
    expect(await judged(five, localWith('12', '12', '12'))).toMatchObject({
      accepts: true,
      confidence: 1,
    });
    // Two may differ, a third decides.
    expect(await judged(five, localWith('12', '12', '9', '12'))).toMatchObject({
      accepts: true,
      confidence: 0.75,
    });
    expect(await judged(five, localWith('12', '9', '8', '7', '6'))).toMatchObject({
      accepts: false,
      confidence: 0.2,
    });
  });

  it('compares what is meant: numbers, choices, lists, or by a function of yours', async () => {
    const two = { samples: 2, threshold: 1 } as const;
    expect(await judged(agreement(two), localWith('The answer is 1,200.', '1200'))).toMatchObject({
      accepts: true,
    });
    const choice = agreement({ ...two, key: 'choice' });
    expect(await judged(choice, localWith('(B) since it rains', 'B'))).toMatchObject({
      accepts: true,
    });
    const list = agreement({ ...two, key: 'list' });
    expect(await judged(list, localWith('pears, apples', '- apples\n- pears'))).toMatchObject({
      accepts: true,
    });
    const length = agreement({ ...two, key: answer => String(answer.content.length) });
    expect(await judged(length, localWith('one', 'two'))).toMatchObject({ accepts: true });
  });
});

describe('confident', () => {
  it('looks at the least likely token of a short answer, at a quantile of a long one', async () => {
    const short = await verdict(
      confident({ quantile: 0.1, threshold: 0.5 }),
      withTokens(0.9, 0.4, 0.9),
    );
    expect(short).toMatchObject({ accepts: false, score: expect.closeTo(0.4) });
    const long = withTokens(0.4, ...Array.from({ length: 39 }, () => 0.9));
    expect(await verdict(confident({ quantile: 0.1, threshold: 0.5 }), long)).toMatchObject({
      accepts: true,
    });
    expect(await verdict(confident({ quantile: 0, threshold: 0.5 }), long)).toMatchObject({
      accepts: false,
    });
  });
});

describe('TRAP 9: a server that takes the request for log-probabilities and sends none', () => {
  it('is noticed; another signal takes its place, and the reason says so', async () => {
    const gate = firstKnown(confident(), agreement({ samples: 2, threshold: 1 }));
    expect(await judged(gate, localWith('7', '7'))).toEqual({
      accepts: true,
      confidence: 1,
      reason: 'local sent no log-probabilities; agreement 1.00 ≥ 1.00',
    });
  });

  it('never passes for confidence where no other signal is given', async () => {
    expect(await judged(confident(), localWith('7'))).toMatchObject({ accepts: false });
    expect(await judged(all(complete(), confident()), localWith('7'))).toMatchObject({
      accepts: false,
      reason: 'local sent no log-probabilities',
    });
  });
});

describe('validators', () => {
  it.each<[string, Gate, string, boolean]>([
    ['a schema of a library', matchesSchema(z.object({ n: z.number() })), '{"n":1}', true],
    ['a schema that it breaks', matchesSchema(z.object({ n: z.number() })), '{"n":"1"}', false],
    ['a JSON Schema', matchesSchema({ type: 'object', required: ['n'] }), '{"n":1}', true],
    [
      'a JSON Schema that it breaks',
      matchesSchema({ type: 'object', required: ['n'] }),
      '{}',
      false,
    ],
    ['a pattern', matchesPattern(/^\d+$/g), '42', true],
    ['a pattern that it breaks', matchesPattern('^\\d+$'), 'forty', false],
    ['a function', validator(text => text.length < 3 || 'too long'), 'abc', false],
  ])('checks %s', async (_, gate, text, accepts) => {
    expect((await verdict(gate, textAnswer(text))).accepts).toBe(accepts);
    // A second look is the same.
    expect((await verdict(gate, textAnswer(text))).accepts).toBe(accepts);
  });

  it('checks tool calls by the schemas of their call', async () => {
    const call = userCall('Weather?', {
      tools: [
        {
          type: 'function',
          name: 'weather',
          inputSchema: {
            type: 'object',
            properties: { city: { type: 'string' } },
            required: ['city'],
          },
        },
      ],
    });
    const answer = (toolName: string, input: string): Answer => ({
      ...textAnswer(''),
      content: [{ type: 'tool-call', toolCallId: '1', toolName, input }],
    });
    expect(await verdict(wellShaped(), answer('weather', '{"city":"Oslo"}'), call)).toMatchObject({
      accepts: true,
    });
    expect(await verdict(wellShaped(), answer('weather', '{"town":"Oslo"}'), call)).toMatchObject({
      accepts: false,
    });
    expect((await verdict(wellShaped(), answer('whether', '{}'), call)).reason).toContain(
      'no such tool',
    );
  });

  it('refuses a pattern that is none', () => {
    expect(() => matchesPattern('(')).toThrow('not a regular expression');
  });

  it('looks quotes up in the source', async () => {
    const call = userCall('“The roof was repaired in 1998 by the owner.” When was it repaired?');
    expect(
      await verdict(cited(), textAnswer('It says "repaired in 1998 by the  owner".'), call),
    ).toMatchObject({
      accepts: true,
    });
    expect(
      await verdict(cited(), textAnswer('It says "repaired in 2001 by the city".'), call),
    ).toMatchObject({
      accepts: false,
    });
    expect(await verdict(cited(), textAnswer('In 1998.'), call)).toMatchObject({
      score: 'unknown',
    });
  });
});

describe('models as judges', () => {
  it('checks the draft several times on the device', async () => {
    const checked = localWith('seven', 'Yes.', 'I think it is wrong: no', 'yes', 'yes');
    expect(await judged(selfCheck(), checked)).toMatchObject({ accepts: true, confidence: 0.75 });
    expect(
      await judged(selfCheck({ checks: 1 }), localWith('seven', 'hard to tell')),
    ).toMatchObject({
      accepts: false,
    });
  });

  it('asks another model, whose cost is counted', async () => {
    const by = scriptedModel(['no'], { modelId: 'judge', place: 'cloud' });
    expect(await judged(judge(by), localWith('seven'))).toMatchObject({
      accepts: false,
      reason: 'judge 0.00 < 0.75',
    });
    by.verify();
  });
});

describe('gates combined', () => {
  const says =
    (score: number | 'unknown', accepts = false): Gate =>
    () => ({ score, accepts, reason: `said ${score}` });
  const answer = textAnswer('x');

  it('all, any, firstKnown and not', async () => {
    expect(
      await verdict(all(says(0.9, true), says('unknown'), says(0.7, true)), answer),
    ).toMatchObject({
      accepts: true,
      score: 0.7,
    });
    expect(await verdict(any(says(0.2), says('unknown'), says(0.8, true)), answer)).toMatchObject({
      accepts: true,
      score: 0.8,
    });
    expect(await verdict(firstKnown(says('unknown'), says(0.4)), answer)).toMatchObject({
      accepts: false,
      score: 0.4,
    });
    expect(await verdict(not(says(0.25)), answer)).toMatchObject({ accepts: true, score: 0.75 });
    expect(await verdict(any(says('unknown')), answer)).toMatchObject({
      score: 'unknown',
      reason: 'no gate could tell: said unknown',
    });
  });

  it('looks a second time in a grey band alone', async () => {
    const grey = (first: Gate) => greyBand(first, { from: 0.4, to: 0.6, by: says(0.9, true) });
    expect(await verdict(grey(says(0.5)), answer)).toMatchObject({
      accepts: true,
      reason: 'said 0.5; then said 0.9',
    });
    expect(await verdict(grey(says('unknown')), answer)).toMatchObject({ accepts: true });
    expect(await verdict(grey(says(0.3)), answer)).toMatchObject({ accepts: false });
    expect(() => greyBand(says(1), { from: 0.6, to: 0.4, by: says(1) })).toThrow('`to` must be');
  });
});
