import { describe, expect, it } from 'vitest';
import { documentCall } from '../documents/document-call.ts';
import { extractive } from '../documents/extractive.ts';
import { textOf, userCall } from '../model/answer.ts';
import { summaryOf } from '../model/run/summary.ts';
import type { LanguageModel } from '../model/types.ts';
import { collectStream, doubleOf } from '../testing/double.ts';
import { scriptedModel } from '../testing/scripted-model.ts';
import { chain } from './chain/chain.ts';
import { minions } from './minions/minions.ts';
import { router } from './router/router.ts';

const clauses = Array.from(
  { length: 40 },
  (_, n) => `Clause ${n}. The supplier delivers item ${n} within ${n + 3} days of the order.`,
);
const text = [...clauses, 'The contract ends on 4 May 2031.'].join('\n\n');
const call = documentCall('When does the contract end?', [{ title: 'contract.txt', text }]);
const local = extractive();
const patterns: Record<string, (cloud: LanguageModel) => LanguageModel> = {
  minions: cloud => minions({ local, cloud, plan: 'plain' }),
  chain: cloud => chain({ worker: local, manager: cloud }),
};

describe.each(Object.entries(patterns))('an answer of %s that holds ids alone', (_, pattern) => {
  it.each(['[e1]', '[f1]', '[1]', '[p7].', '[e1, p2]', '[1] [2]', '[E1]', '【f1】', '[^e1]'])(
    '%s is followed by what it points at',
    async said => {
      const whole = await pattern(scriptedModel([said])).doGenerate(call);
      expect(textOf(whole)).toMatch(/^[[【].+\nThe contract ends on 4 May 2031\. \[[ef]1\]$/s);
      expect(whole.providerMetadata?.tandem).toMatchObject({ degraded: true });
      const { stream } = await pattern(scriptedModel([said])).doStream(call);
      expect(textOf(await collectStream(stream))).toBe(textOf(whole));
    },
  );

  it.each(['4 May 2031 [e1]', '(1)', '2031', '[see the annex]'])(
    '%s says something, and stays',
    async said => {
      const whole = await pattern(scriptedModel([said])).doGenerate(call);
      expect(textOf(whole)).toBe(said);
    },
  );

  it('stays where JSON was asked for', async () => {
    const asked = { ...call, responseFormat: { type: 'json' as const } };
    expect(textOf(await pattern(scriptedModel(['[1]'])).doGenerate(asked))).toBe('[1]');
  });
});

const silent = (said: string) => doubleOf({ modelId: 'cloud' }, () => ({ text: said }));

describe.each(Object.entries(patterns))('%s, whose cloud says nothing', (_, pattern) => {
  it.each(['', ' \n'])('answers with what was found (%j)', async said => {
    const whole = await pattern(silent(said)).doGenerate(call);
    expect(textOf(whole)).toMatch(/^The contract ends on 4 May 2031\. \[[ef]1\]/);
    const { degraded, reason } = summaryOf(whole)!;
    expect(degraded).toBe(true);
    expect(reason).toContain('bad_answer');
    const { stream } = await pattern(silent(said)).doStream(call);
    expect(textOf(await collectStream(stream))).toBe(textOf(whole));
  });
});

it('a router asks the other model where the first says nothing, streamed too', async () => {
  const cloud = doubleOf({ modelId: 'cloud' }, () => ({ text: 'Ghent.' }));
  const asked = router({ local: silent(''), cloud, scorer: () => 0 });
  const question = userCall('Which town lies on the Lys?');
  expect(textOf(await asked.doGenerate(question))).toBe('Ghent.');
  const { stream } = await asked.doStream(question);
  expect(textOf(await collectStream(stream))).toBe('Ghent.');
});

it('a chain of free text ends with its last summary where the manager says nothing', async () => {
  const worker = doubleOf({ modelId: 'small' }, () => ({ text: 'It ends on 4 May 2031.' }));
  const answer = await chain({ worker, manager: silent(''), unit: 'text' }).doGenerate(call);
  expect(textOf(answer)).toBe('It ends on 4 May 2031.');
  expect(summaryOf(answer)).toMatchObject({ degraded: true });
});
