import { describe, expect, it } from 'vitest';
import {
  advise,
  auto,
  cascade,
  chain,
  direct,
  documentCall,
  type LanguageModel,
  minions,
  summaryOf,
} from '../index.ts';
import { doubleOf, promptText } from '../testing/double.ts';

const fee = 'The monthly service fee is 4,800 euros';
const filler = (at: number) =>
  `Paragraph ${at} is of no use. ${'Filler words stand here. '.repeat(8)}`;
const text = Array.from({ length: 60 }, (_, at) => (at === 31 ? `${fee}.` : filler(at))).join(
  '\n\n',
);
const call = () => documentCall('What is the monthly service fee?', [{ title: 'msa.txt', text }]);

const worker = doubleOf({ modelId: 'small' }, given => {
  const found = promptText(given).includes(fee) ? fee : null;
  const facts = found ? [{ quote: found, fact: found }] : [];
  return { text: JSON.stringify({ citation: found, answer: found, facts }) };
});

function modelsThatSay(said: string): Readonly<Record<string, LanguageModel>> {
  const cloud = doubleOf({ modelId: 'large', place: 'cloud' }, given => ({
    text: said.replace('ID', promptText(given).includes('[f1]') ? 'f' : 'e'),
  }));
  const ways = {
    minions: minions({ local: worker, cloud }),
    chain: chain({ worker, manager: cloud }),
  };
  const inAuto = (way: 'minions' | 'chain' | 'retrieval') =>
    auto({ ...ways, local: worker, cloud, plain: cloud, adviser: advise, way });
  return {
    ...ways,
    'auto by minions': inAuto('minions'),
    'auto by chain': inAuto('chain'),
    'auto by retrieval': inAuto('retrieval'),
    'direct to auto': direct(inAuto('minions')),
    'a cascade to minions': cascade({
      ...{ local: worker, cloud: ways.minions },
      accept: () => ({ accepts: false, score: 0, reason: 'never' }),
    }),
  };
}

async function groundingOf(model: LanguageModel, isStreamed: boolean) {
  if (!isStreamed) return summaryOf(await model.doGenerate(call()))?.grounding;
  const { stream } = await model.doStream(call());
  for await (const part of stream) if (part.type === 'finish') return summaryOf(part)?.grounding;
  return undefined;
}

describe.each(Object.keys(modelsThatSay('')))('%s', name => {
  it.each(['whole', 'streamed'])('holds a %s answer against what it cites', async way => {
    const grounding = (said: string) => groundingOf(modelsThatSay(said)[name]!, way === 'streamed');
    const right = await grounding('The fee is 4,800 euros [ID1].');
    expect(right).toMatchObject({ claims: 1, supported: 1, unsupported: [] });
    expect(right).not.toHaveProperty('unknownIds');
    const unknown = await grounding('The fee is 4,800 euros [ID7].');
    expect(unknown!.unknownIds).toEqual([expect.stringMatching(/^[ef]7$/)]);
    const wrong = await grounding('The fee is 6,250 euros [ID1].');
    expect(wrong!.unsupported).toEqual([expect.stringContaining('6,250')]);
  });
});
