import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../model/answer.ts';
import { summaryOf as summaryIn } from '../../model/run/summary.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import { lastUserText } from '../../testing/double.ts';
import { connectionFailure } from '../../testing/failures.ts';
import { patternContract } from '../../testing/pattern-contract.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { handScorer } from './hand-scorer.ts';
import { router } from './router.ts';

const summaryOf = (answer: Parameters<typeof summaryIn>[0]) => summaryIn(answer)!;
const named = (modelId: string, ...steps: string[]) =>
  scriptedModel(steps, { modelId, place: modelId === 'cloud' ? 'cloud' : 'device' });

describe('router passes the exam', () => {
  const role = (place: 'device' | 'cloud') => ({
    place,
    reply: (call: Call) => `echo ${lastUserText(call)}`,
  });
  const subject = {
    roles: { local: role('device'), cloud: role('cloud'), unsure: role('device') },
    make: ({ local, cloud, unsure }: Record<string, LanguageModel>) =>
      router({
        local: local!,
        cloud: cloud!,
        unsure: unsure!,
        scorer: text => [0.1, 0.5, 0.9][Number(/\d+/.exec(text)?.[0]) % 3]!,
      }),
    call: (n: number) => userCall(`question ${n}`),
    isRight: (text: string, n: number) => text === `echo question ${n}`,
  };
  for (const { name, run } of patternContract(subject)) it(name, run);
});

describe('router', () => {
  it.each([
    [0.9, 'local'],
    [0.65, 'local'],
    [0.5, 'unsure'],
    [0.35, 'unsure'],
    [0.1, 'cloud'],
  ])('sends a score of %f to the %s model', async (score, to) => {
    const models = {
      local: named('local', 'a'),
      cloud: named('cloud', 'a'),
      unsure: named('unsure', 'a'),
    };
    const answer = await router({ ...models, scorer: () => score }).doGenerate(userCall('x'));
    expect(summaryOf(answer)).toMatchObject({ answeredBy: to, confidence: score });
  });

  it('scores the user turn alone, not what tools or documents say', async () => {
    const seen: string[] = [];
    const scorer = (text: string) => {
      seen.push(text);
      return 1;
    };
    const prompt: Call['prompt'] = [
      { role: 'system', content: 'system' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'the turn' },
          { type: 'file', mediaType: 'text/plain', data: { type: 'text', text: 'attack' } },
        ],
      },
    ];
    await router({ local: named('local', 'a'), cloud: named('cloud'), scorer }).doGenerate({
      prompt,
    });
    expect(seen).toEqual(['the turn']);
  });

  it('goes to the other place, marked degraded, when the chosen one is out of reach', async () => {
    const cloud = scriptedModel([connectionFailure(), connectionFailure(), connectionFailure()], {
      modelId: 'cloud',
      place: 'cloud',
    });
    const { run } = await import('../../model/run/scope-life.ts');
    const answer = await run({ retry: { baseMs: 1 } }, () =>
      Promise.resolve(
        router({ local: named('local', 'weaker'), cloud, scorer: () => 0 }).doGenerate(
          userCall('x'),
        ),
      ),
    );
    expect(textOf(answer)).toBe('weaker');
    expect(summaryOf(answer)).toMatchObject({ answeredBy: 'local', degraded: true });
  });

  it('refuses thresholds out of order and scores out of range', async () => {
    const models = { local: named('local'), cloud: named('cloud') };
    expect(() => router({ ...models, localFrom: 0.2, cloudBelow: 0.5 })).toThrow(
      '`localFrom` must be a number from 0.5 to 1',
    );
    await expect(
      router({ ...models, scorer: () => Number.NaN }).doGenerate(userCall('x')),
    ).rejects.toThrow('The scorer gave NaN');
  });
});

describe('TRAP 23: the hand scorer needs no key, no download and no time', () => {
  const score = (text: string) => handScorer()(text, userCall(text)) as number;

  it('ranks look-ups above reasoning and code', () => {
    const simple = ['What is the capital of France?', 'Translate "good morning" to Spanish.'];
    const hard = [
      'Prove that the square root of 2 is irrational and derive the general case.',
      'Refactor this class so that the algorithm runs in O(n), and explain why step by step: ' +
        '```ts ... ```',
      'Compare the strategy of both firms and assess the trade-offs in detail.',
    ];
    expect(Math.min(...simple.map(score))).toBeGreaterThan(0.65);
    expect(Math.max(...hard.map(score))).toBeLessThan(0.35);
  });

  it('TRAP 7: takes less than 5 ms for a prompt of 64 kB', () => {
    const long = 'analyse this function step by step '.repeat(2000).slice(0, 65_536);
    score(long);
    const times = Array.from({ length: 5 }, () => {
      const begin = performance.now();
      score(long);
      return performance.now() - begin;
    });
    expect(times.sort((a, b) => a - b)[2]).toBeLessThan(5);
  });
});
