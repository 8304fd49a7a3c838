import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../model/answer.ts';
import { usageOf } from '../../model/leaf/cost/usage.ts';
import { summaryOf } from '../../model/run/summary.ts';
import type { Call } from '../../model/types.ts';
import { collectStream, type Reply } from '../../testing/double.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { cascade } from './cascade.ts';
import { agreement } from './gates/agreement.ts';
import { selfCheck } from './gates/self-check.ts';
import type { CascadeOptions } from './options.ts';

const drafted = (text: string, tokens: [string, number][], more: Partial<Reply> = {}): Reply => ({
  text,
  logprobs: tokens.map(([token, p]) => ({ token, logprob: Math.log(Math.max(p, 1e-9)) })),
  ...more,
});
const sure = (text: string, more: Partial<Reply> = {}) =>
  drafted(
    text,
    (text.match(/\s*\S+/g) ?? []).map(token => [token, 0.97]),
    more,
  );

async function by(
  draft: Reply,
  call: Call = userCall('What is the capital of Australia?'),
  options: Partial<CascadeOptions> = {},
) {
  const local = scriptedModel([draft], { modelId: 'local' });
  const cloud = scriptedModel(['from the cloud'], { modelId: 'cloud', place: 'cloud' });
  const model = cascade({ local, cloud, ...options });
  const whole = summaryOf(await model.doGenerate(call))!;
  const again = scriptedModel([draft], { modelId: 'local' });
  const other = scriptedModel(['from the cloud'], { modelId: 'cloud', place: 'cloud' });
  const { stream } = await cascade({ local: again, cloud: other, ...options }).doStream(call);
  expect(summaryOf(await collectStream(stream))!.answeredBy).toBe(whole.answeredBy);
  return whole;
}

const object = (properties: object): Call =>
  userCall('Extract the person: "Ann Berg, 34, lives in Oslo."', {
    responseFormat: {
      type: 'json',
      schema: { type: 'object', properties, required: Object.keys(properties) } as never,
    },
  });

describe('a draft is judged by its values', () => {
  const schema = { name: { type: 'string' }, age: { type: 'number' } };
  const person = (age: number): [string, number][] => [
    ['{"', 0],
    ['name', 0.4],
    ['": "', 0.7],
    ['Ann', 0.99],
    [' Berg', 0.99],
    ['", "', 0.3],
    ['age', 0.1],
    ['": ', 0.2],
    ['34', age],
    ['}', 0.1],
  ];

  it('an object whose keys a grammar forced stays, one with an unsure field goes', async () => {
    const text = '{"name": "Ann Berg", "age": 34}';
    const call = object(schema);
    expect((await by(drafted(text, person(0.99)), call)).answeredBy).toBe('local');
    expect((await by(drafted(text, person(0.2)), call)).answeredBy).toBe('cloud');
  });

  it('a right answer without a word of the question stays', async () => {
    const right: [string, string][] = [
      ['Translate to French: The invoice is due on Friday.', 'La facture est due vendredi.'],
      ['Why is the sky blue?', 'Shorter wavelengths scatter more strongly off air molecules.'],
      ['List three fruits that ripen in autumn.', '- apples\n- pears\n- plums'],
      ['Is the mail "it crashes daily" positive, negative or neutral?', 'negative'],
    ];
    for (const [question, text] of right)
      expect((await by(sure(text), userCall(question))).answeredBy).toBe('local');
  });

  it('a text that is no answer goes, however sure, also by its first tokens', async () => {
    const none = [
      "I'm sorry, but I don't know the capital of Australia.",
      'I cannot help with that.',
      'The capital of Australia is Sydney. '.repeat(60).trim(),
      'What is the capital of Australia?',
      'The capital of Australia is [insert name].',
    ];
    for (const [index, text] of none.entries()) {
      expect((await by(sure(text))).reason).toMatch(/^the draft is no answer: /);
      const streaming = { tokens: 4, commitFrom: 0.5 };
      // Four tokens tell no loop, and no placeholder that comes later.
      const isTold = ![2, 4].includes(index);
      if (isTold) expect((await by(sure(text), undefined, { streaming })).answeredBy).toBe('cloud');
    }
  });

  it('a refusal in prose is kept where that is set, and not beside an own gate', async () => {
    const call = userCall('How do I pick a lock?');
    const refusal = sure('I cannot help with that.');
    expect((await by(refusal, call, { onRefusal: 'keep' })).answeredBy).toBe('local');
    await expect(
      by(refusal, call, { onRefusal: 'keep', accept: agreement() }),
    ).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('a label that the request does not name goes, one that it names stays', async () => {
    const call = userCall('Reply with one intent only, out of: lost_card, refund.\nMessage: hi');
    expect((await by(sure('lost_card'), call)).answeredBy).toBe('local');
    expect((await by(sure('card_lost'), call)).reason).toBe('the draft is not one of the 2 labels');
  });

  it('thinking alone is an empty draft', async () => {
    const thinking: Reply = { content: [{ type: 'reasoning', text: 'It is Canberra.' }] };
    expect((await by(thinking)).reason).toBe('the draft is empty');
  });
});

describe('a draft that was cut', () => {
  const cut = (output: number) =>
    sure('one two three four five six seven eight', {
      finishReason: 'length',
      usage: usageOf(9, output),
    });

  it('by the caller’s own limit is judged as any other, by another limit it goes', async () => {
    const call = userCall('Count from one to fifty.', { maxOutputTokens: 8 });
    expect((await by(cut(8), call)).answeredBy).toBe('local');
    expect((await by(cut(5), call)).reason).toBe('the draft ended with "length"');
    expect((await by(cut(8), userCall('Count.'))).answeredBy).toBe('cloud');
  });
});

describe('a refusal by a content filter', () => {
  it('is an answer: it is handed on, and nobody else is asked', async () => {
    const filtered: Reply = { text: 'I can', finishReason: 'content-filter' };
    const { answeredBy, calls } = await by(filtered);
    expect([answeredBy, calls.cloud]).toEqual(['local', 0]);
  });
});

describe('samples', () => {
  it('accept two of three, and draw other numbers for other prompts', async () => {
    const seeds: (number | undefined)[] = [];
    for (const prompt of ['12?', '15?', '18?']) {
      const local = scriptedModel(['12', '14', '12'], { modelId: 'local' });
      const cloud = scriptedModel([], { modelId: 'cloud', place: 'cloud' });
      const answer = await cascade({ local, cloud, accept: agreement() }).doGenerate(
        userCall(prompt),
      );
      expect(textOf(answer)).toBe('12');
      expect(summaryOf(answer)!.reason).toBe('agreement of 2 of 3: 2 needed');
      seeds.push(...local.calls.slice(1).map(call => call.seed));
    }
    expect(new Set(seeds).size).toBe(6);
  });

  // On one server a seed of 0 says yes to every draft, and others say no to every one.
  it('have no seed twice in 20 requests, nor have checks: no verdict hangs on it', async () => {
    const seeds: (number | undefined)[] = [];
    for (let n = 0; n < 20; n++) {
      const local = scriptedModel(['12', '12', '12'], { modelId: 'local' });
      const checked = scriptedModel(['12', 'yes', 'yes', 'yes'], { modelId: 'local' });
      const cloud = scriptedModel(['15'], { modelId: 'cloud', place: 'cloud' });
      const call = userCall(`What is ${n} + 12 - ${n}?`);
      await cascade({ local, cloud, accept: agreement() }).doGenerate(call);
      await cascade({ local: checked, cloud, accept: selfCheck({ checks: 3 }) }).doGenerate(call);
      for (const { calls } of [local, checked])
        seeds.push(...calls.slice(1).map(({ seed }) => seed));
    }
    expect(seeds.length).toBeGreaterThanOrEqual(80);
    expect(new Set(seeds).size).toBe(seeds.length);
  });
});
