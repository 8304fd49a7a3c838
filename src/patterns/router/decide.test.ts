import { describe, expect, it } from 'vitest';
import { userCall } from '../../model/answer.ts';
import { noteCapabilities } from '../../model/leaf/model/capabilities.ts';
import { summaryOf } from '../../model/run/summary.ts';
import type { Call } from '../../model/types.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { knnScorer } from './knn-scorer.ts';
import { llmScorer } from './llm-scorer.ts';
import type { RouterOptions } from './options.ts';
import { decideRoute, router } from './router.ts';
import { code, labelled, longerThan, media, scriptOtherThan } from './rules.ts';
import { defaultWeights, trainedScorer } from './trained-scorer.ts';

const named = (modelId: string, ...steps: string[]) =>
  scriptedModel(steps, { modelId, place: modelId === 'cloud' ? 'cloud' : 'device' });
const of = (options: Partial<RouterOptions> = {}) =>
  router({ local: named('local'), cloud: named('cloud'), unsure: named('unsure'), ...options });
const routeOf = async (model: ReturnType<typeof router>, call: Call | string) =>
  (await decideRoute(model, typeof call === 'string' ? userCall(call) : call))!;
const turns = (...texts: string[]): Call => ({
  prompt: texts.flatMap(text => [
    { role: 'user' as const, content: [{ type: 'text' as const, text }] },
    { role: 'assistant' as const, content: [{ type: 'text' as const, text: 'ok' }] },
  ]),
});
const bySign = (text: string) => (text.includes('hard') ? 0 : 1);

describe('a decision without an answer', () => {
  it('TRAP 23: comes from weights in the package: no key, no download, no model call', async () => {
    const model = of({ aim: 'guess' });
    expect(await routeOf(model, 'What is the capital of France?')).toMatchObject({
      to: 'local',
      by: 'scorer',
      reason: expect.stringContaining('a guess of complexity, not of your models'),
    });
    expect(
      await routeOf(model, 'Write a python function that merges two sorted lists'),
    ).toMatchObject({ to: 'cloud' });
  });

  it('promises nothing of models that it does not know: a cascade answers', async () => {
    const local = named('local', ...Array.from({ length: 3 }, () => 'It is said.'));
    const model = router({ local, cloud: named('cloud') });
    for (const prompt of ['What is the capital of France?', 'Prove that 2 is prime.']) {
      expect(await routeOf(model, prompt)).toMatchObject({
        to: 'unsure',
        reason: expect.stringContaining('no score is known to decide rightly'),
      });
    }
    expect(summaryOf(await model.doGenerate(userCall('Say it.')))).toMatchObject({
      answeredBy: 'local',
    });
  });

  it('sends what the local model is known not to do to the cloud, the rest as ever', async () => {
    const model = of({
      local: noteCapabilities(named('local', 'as I can'), { tools: false, images: false }),
      scorer: bySign,
    });
    const withTools = userCall('easy', {
      tools: [{ type: 'function', name: 'f', inputSchema: { type: 'object' } }],
    });
    expect(await routeOf(model, withTools)).toMatchObject({
      to: 'cloud',
      by: 'capability',
      reason: expect.stringContaining('local calls no tools'),
    });
    expect(await routeOf(model, { ...withTools, toolChoice: { type: 'none' } })).toMatchObject({
      to: 'local',
    });
    const kept = await model.doGenerate({
      ...withTools,
      providerOptions: { tandem: { mode: 'local-only' } },
    });
    expect(summaryOf(kept)).toMatchObject({
      answeredBy: 'local',
      degraded: true,
      egress: { calls: 0 },
    });
  });

  it('says unsure outside what its weights have seen', async () => {
    const { to, reason } = await routeOf(
      of(),
      'Жителям города сообщили о новом расписании автобусов',
    );
    expect(to).toBe('unsure');
    expect(reason).toContain('outside what the router learned');
  });

  it('TRAP 7: a prompt of 64 kB, and one of 4 MB, delay the event loop by less than 5 ms', () => {
    const scorer = trainedScorer(defaultWeights());
    for (const length of [65_536, 4_000_000]) {
      const long = 'analyse this function, step by step; x = 4471 '.repeat(length / 46);
      scorer(long, userCall(''));
      const times = Array.from({ length: 9 }, () => {
        const begin = performance.now();
        scorer(long, userCall(''));
        return performance.now() - begin;
      });
      expect(times.sort((a, b) => a - b)[4]).toBeLessThan(5);
    }
  });

  it('is undefined of a model that is not a router', async () => {
    expect(await decideRoute(named('local'), userCall('x'))).toBeUndefined();
  });

  it('is what the router then does', async () => {
    const model = of({ local: named('local', 'Paris'), aim: 'guess' });
    const call = userCall('What is the capital of France?');
    const decision = await routeOf(model, call);
    const summary = summaryOf(await model.doGenerate(call))!;
    expect(summary).toMatchObject({
      answeredBy: decision.model,
      reason: decision.reason,
      confidence: decision.score,
    });
  });
});

describe('rules before the scorer', () => {
  it.each([
    ['code', [code('coder')], 'Why?\n```ts\nlet a = 1\n```', 'coder'],
    ['code without fences', [code('coder')], 'Fix it:\ndef add(a, b):\n  return a - b', 'coder'],
    [
      'another script',
      [scriptOtherThan(['latin'], 'cloud')],
      'これは何ですか。教えてください。',
      'cloud',
    ],
    ['length', [longerThan(100, 'cloud')], 'easy '.repeat(50), 'cloud'],
    ['no rule that applies', [code('coder'), longerThan(1000, 'cloud')], 'easy', 'local'],
  ])('send by %s', async (_, rules, text, to) => {
    const model = of({ rules, models: { coder: named('coder') }, scorer: () => 1 });
    expect(await routeOf(model, text)).toMatchObject({ to });
  });

  it('send media, and keep what is private on the device', async () => {
    const image: Call = {
      prompt: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'hard: what is it?' },
            { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AAAA' } },
          ],
        },
      ],
    };
    expect(
      await routeOf(of({ rules: [media('image/', 'cloud')], scorer: () => 1 }), image),
    ).toMatchObject({
      to: 'cloud',
      by: 'rule',
    });
    const secret = { ...userCall('hard'), providerOptions: { tandem: { label: 'local-only' } } };
    expect(await routeOf(of({ scorer: bySign }), secret)).toMatchObject({
      to: 'local',
      by: 'rule',
    });
    expect(
      await routeOf(of({ scorer: bySign, rules: [labelled('extracts', 'unsure')] }), secret),
    ).toMatchObject({
      to: 'unsure',
    });
  });

  it('name models that there are', () => {
    expect(() => of({ rules: [code('clould')] })).toThrow('Did you mean "cloud"?');
  });
});

describe('conversations', () => {
  it('stay in the cloud once one of their turns went there', async () => {
    const model = of({ scorer: bySign });
    expect(await routeOf(model, turns('easy', 'easy'))).toMatchObject({ to: 'local' });
    expect(await routeOf(model, turns('hard', 'easy'))).toMatchObject({
      to: 'cloud',
      by: 'conversation',
    });
    expect(
      await routeOf(of({ scorer: bySign, sticky: false }), turns('hard', 'easy')),
    ).toMatchObject({ to: 'local' });
  });

  it('TRAP 6: do not touch each other, however they overlap', async () => {
    const model = of({ scorer: text => Promise.resolve(text).then(bySign) });
    const asked = Array.from({ length: 1000 }, (_, index) => (index % 3 === 0 ? 'hard' : 'easy'));
    const routes = await Promise.all(asked.map(text => routeOf(model, text)));
    expect(routes.map(({ to }) => to)).toEqual(
      asked.map(text => (text === 'hard' ? 'cloud' : 'local')),
    );
  });
});

describe('scorers', () => {
  it.each([
    ['S', 'local'],
    ['L', 'cloud'],
    ['U', 'unsure'],
    ['ROUTE: STRONG or S, as you like', 'unsure'],
  ])('a model that says %s routes to %s, and its call is counted', async (said, to) => {
    const models = {
      local: named('local', 'a'),
      cloud: named('cloud', 'a'),
      unsure: named('unsure', 'a'),
    };
    const model = router({ ...models, scorer: llmScorer(named('classifier', said)) });
    const summary = summaryOf(await model.doGenerate(userCall('q')))!;
    expect(summary.answeredBy).toBe(to);
    expect(summary.calls.device + summary.calls.cloud).toBe(2);
  });

  it.each([
    ['device' as const, '{"verdict":"L"}'],
    ['cloud' as const, 'L'],
  ])('a model on the %s is held to the letters as it can be', async (place, said) => {
    const classifier = scriptedModel([said], { modelId: 'classifier', place });
    const models = { local: named('local', 'a'), cloud: named('cloud', 'a') };
    const summary = summaryOf(
      await router({ ...models, scorer: llmScorer(classifier) }).doGenerate(userCall('q')),
    )!;
    expect(summary).toMatchObject({ answeredBy: 'cloud' });
    expect(summary.reason).toContain('classifier says L');
    const [{ prompt, responseFormat }] = classifier.calls as [Call];
    expect(JSON.stringify(prompt)).toContain(JSON.stringify(said).slice(1, -1));
    if (place === 'cloud') expect(responseFormat).toBeUndefined();
    else expect(JSON.stringify(responseFormat)).toContain('"enum":["S","L","U"]');
  });

  it('the nearest labelled prompts decide, and strange ones are unsure', async () => {
    const rows = Array.from({ length: 40 }, (_, index) => {
      const isHard = index % 2 === 0;
      const prompt = isHard
        ? `integrate the polynomial number ${index}`
        : `translate the greeting number ${index}`;
      return {
        id: String(index),
        prompt,
        local: { correct: isHard ? 0 : 1 },
        cloud: { correct: 1 },
      };
    });
    const model = of({ scorer: knnScorer(rows, 10) });
    expect(await routeOf(model, 'translate this greeting')).toMatchObject({ to: 'local' });
    expect(await routeOf(model, 'integrate that polynomial')).toMatchObject({ to: 'cloud' });
    expect(await routeOf(model, 'zebra crossing')).toMatchObject({ to: 'unsure' });
  });

  it('exclude weights, and weights of another pair are refused', () => {
    expect(() => of({ scorer: () => 1, aim: 'kept' })).toThrow(
      '`aim` belongs to trained weights, and the scorer is a function',
    );
    expect(() => of({ scorer: 'hand', anyPair: true })).toThrow(
      '`anyPair` belongs to trained weights, and the scorer is `hand`',
    );
    const others = { ...defaultWeights(), pair: { local: 'ollama:other', cloud: 'unknown' } };
    expect(() => of({ weights: others })).toThrow('"ollama:other"');
    expect(() => of({ weights: others, anyPair: true })).not.toThrow();
    expect(() => of({ weights: 'missing.json' })).toThrow('"missing.json" cannot be read');
  });
});

describe('TRAP 14 and 15, in the router', () => {
  it('TRAP 14: savings are signed: a paid classifier sending all to the cloud loses', async () => {
    const cloud = scriptedModel(['an answer of the cloud'], {
      modelId: 'gpt-4.1',
      place: 'cloud',
    });
    const classifier = scriptedModel(['L'], { modelId: 'gpt-4.1', place: 'cloud' });
    const model = router({ local: named('local'), cloud, scorer: llmScorer(classifier) });
    const { costUsd, savedUsd } = summaryOf(await model.doGenerate(userCall('q')))!;
    expect(costUsd).toBeGreaterThan(0);
    expect(savedUsd).toBeLessThan(0);
    const unpriced = scriptedModel(['x'], { modelId: 'no-list-price', place: 'cloud' });
    const unknown = router({ local: named('local'), cloud: unpriced, scorer: () => 0 });
    expect(summaryOf(await unknown.doGenerate(userCall('q')))!.savedUsd).toBe('unknown');
  });

  it('TRAP 15: tools do not switch routing off, and results of tools are not scored', async () => {
    const seen: string[] = [];
    const model = of({
      scorer: text => {
        seen.push(text);
        return bySign(text);
      },
    });
    const call: Call = {
      tools: [{ type: 'function', name: 'look', inputSchema: { type: 'object' } }],
      prompt: [
        { role: 'user', content: [{ type: 'text', text: 'hard one' }] },
        {
          role: 'assistant',
          content: [{ type: 'tool-call', toolCallId: '1', toolName: 'look', input: {} }],
        },
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              toolCallId: '1',
              toolName: 'look',
              output: { type: 'text', value: 'easy' },
            },
          ],
        },
      ],
    };
    expect(await routeOf(model, call)).toMatchObject({ to: 'cloud', by: 'scorer' });
    expect(seen).toEqual(['hard one']);
  });
});

describe('trained weights', () => {
  it('say the same of a text that comes back, and another of one that differs', async () => {
    const of = (weights?: ReturnType<typeof defaultWeights>) =>
      router({ local: named('local'), cloud: named('cloud'), ...(weights && { weights }) });
    const texts = ['What is 2 + 2?', 'What is 2 + 3?', 'Prove that 2 + 2 is 4, by induction.', ''];
    const fresh = await Promise.all(texts.map(text => routeOf(of(), text)));
    const model = of();
    for (let round = 0; round < 2; round++) {
      for (const [at, text] of texts.entries())
        expect(await routeOf(model, text)).toEqual(fresh[at]);
    }
    expect(new Set(fresh.map(found => found?.score)).size).toBe(texts.length);
  });
});
