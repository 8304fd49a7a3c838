import { streamText } from 'ai';
import { describe, expect, it } from 'vitest';
import { documentCall } from '../documents/document-call.ts';
import { extractive } from '../documents/extractive.ts';
import { textOf } from '../model/answer.ts';
import { summaryOf as summaryIn } from '../model/run/summary.ts';
import type { Call, LanguageModel } from '../model/types.ts';
import { doubleOf, lastUserText, promptText } from '../testing/double.ts';
import { patternContract } from '../testing/pattern-contract.ts';
import { scriptedModel } from '../testing/scripted-model.ts';
import { cascade } from './cascade/cascade.ts';
import { validator } from './cascade/gates/validator.ts';
import { chain } from './chain/chain.ts';
import { maker } from './maker/maker.ts';
import { minions } from './minions/minions.ts';
import { plainPlan } from './minions/plan.ts';
import { router } from './router/router.ts';

const summaryOf = (answer: Parameters<typeof summaryIn>[0]) => summaryIn(answer)!;
const on = (text: string, question: string) =>
  documentCall(question, [{ title: 'book.txt', text }]);
const book = (n: number) =>
  `${'Nothing happens here. '.repeat(40)}\n\nThe key of house ${n} lies under stone ` +
  `${n}.\n\n${'Nor here. '.repeat(40)}`;

describe('maker over minions', () => {
  it('votes with a solver that reads the document, which the planner never sees', async () => {
    const planner = scriptedModel(
      ['{"steps":[{"id":"find","instruction":"Find where the key lies."}]}'],
      {
        modelId: 'planner',
        place: 'cloud',
      },
    );
    // The reducer answers the step as JSON, from the extracts that the local reader found.
    const reducer = doubleOf({ modelId: 'reducer' }, call => {
      const stone = /under stone (\d+)/.exec(promptText(call))?.[1];
      return { text: JSON.stringify({ result: `stone ${stone}` }) };
    });
    const solver = minions({
      local: extractive({ minScore: 0.2 }),
      cloud: reducer,
      plan: plainPlan,
    });
    const model = maker({ planner, solver, k: 2, planK: 1 });
    const answer = await model.doGenerate(on(book(4), 'Where does the key of house 4 lie?'));
    expect(textOf(answer)).toBe('stone 4');
    expect(promptText(planner.calls[0]!)).toContain('book.txt');
    expect(promptText(planner.calls[0]!)).not.toContain('Nothing happens');
    const { children, calls } = summaryOf(answer);
    expect(children!.length).toBeGreaterThanOrEqual(2);
    expect(children![0]).toMatchObject({ pattern: 'minions' });
    expect(calls.cloud).toBe(1);
  });
});

describe('cascade over chain', () => {
  const subject = {
    roles: {
      worker: {
        place: 'device' as const,
        reply: (call: Call) => {
          const quote = /The key of house \d+ lies under stone \d+\./.exec(lastUserText(call))?.[0];
          return JSON.stringify({ facts: quote ? [{ quote }] : [] });
        },
      },
      manager: {
        place: 'device' as const,
        reply: (call: Call) => `stone ${/under stone (\d+)/.exec(promptText(call))?.[1]}`,
      },
      cloud: {
        place: 'cloud' as const,
        reply: (call: Call) => `stone ${/stone (\d+)/.exec(promptText(call))?.[1]}`,
      },
    },
    make: ({ worker, manager, cloud }: Record<string, LanguageModel>) =>
      cascade({
        local: chain({ worker: worker!, manager: manager!, windowTokens: 1000, unitTokens: 100 }),
        cloud: cloud!,
        // Every third answer is refused, so that both ways are examined.
        accept: validator(text => Number(/\d+/.exec(text)?.[0]) % 3 !== 0),
      }),
    call: (n: number) => on(book(n), `Where does the key of house ${n} lie?`),
    isRight: (text: string, n: number) => text === `stone ${n}`,
    overlapping: 300,
  };
  for (const { name, run } of patternContract(subject)) it(name, run);

  it('names the leaf that answered, deep inside', async () => {
    const models = Object.fromEntries(
      Object.entries(subject.roles).map(([role, { reply }]) => [
        role,
        doubleOf({ modelId: role }, call => ({ text: reply(call) })),
      ]),
    );
    const answer = await subject.make(models).doGenerate(subject.call(1));
    expect(summaryOf(answer)).toMatchObject({
      pattern: 'cascade',
      answeredBy: 'manager',
      children: [{ pattern: 'chain' }],
    });
  });
});

describe('a router whose unsure model is a cascade', () => {
  it('streams through both', async () => {
    const local = scriptedModel(['a weak draft'], { modelId: 'local' });
    const cloud = scriptedModel(['a strong answer'], { modelId: 'cloud', place: 'cloud' });
    const unsure = cascade({ local, cloud, accept: validator(() => false) });
    const { textStream, providerMetadata } = streamText({
      model: router({ local, cloud, unsure, scorer: () => 0.5 }),
      prompt: 'x',
    });
    let text = '';
    for await (const part of textStream) text += part;
    expect(text).toBe('a strong answer');
    expect(summaryOf({ providerMetadata: await providerMetadata })).toMatchObject({
      answeredBy: 'cloud',
      calls: { device: 1, cloud: 1 },
    });
  });
});
