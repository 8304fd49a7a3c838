import { describe, expect, it } from 'vitest';
import { asksForPerson, helpDesk } from '../../examples/customer-service/desk.ts';
import { citationsOf } from '../../examples/job/citations.ts';
import { paired, points } from '../../examples/job/figures.ts';
import type { Answer, Call } from '../../src/index.ts';
import { textAnswer, userCall, validator } from '../../src/index.ts';
import { doubleOf } from '../../src/testing/index.ts';

describe('the desk of customer service', () => {
  const desk = () => {
    const asked: Call[] = [];
    const local = doubleOf({ modelId: 'small' }, call => {
      asked.push(call);
      return { text: 'It runs for about 55 minutes.' };
    });
    return { asked, model: helpDesk({ local, accept: validator(() => true) }) };
  };

  it('asks a person, and no model, where no article shares a word with the question', async () => {
    const { asked, model } = desk();
    const answer = await model.doGenerate(userCall('Quousque tandem?'));
    expect(asksForPerson(answer)).toBe(true);
    expect(asked).toEqual([]);
  });

  it('bounds what a model may write, which may not come to an end by itself', async () => {
    const { asked, model } = desk();
    await model.doGenerate(userCall('How long does the battery of the HT-20 run?'));
    expect(asked[0]!.maxOutputTokens).toBeLessThan(200);
  });
});

describe('what an answer cites', () => {
  const answer = (text: string): Answer => {
    const source = (id: string) => ({
      type: 'source' as const,
      sourceType: 'document' as const,
      id,
      mediaType: 'text/plain',
      title: `${id}.txt`,
    });
    const { content, ...rest } = textAnswer(text);
    return { ...rest, content: [...content, source('f1'), source('f2')] };
  };

  it.each([
    ['In the cupboard [f2].', ['f2']],
    ['Extracts [1] and [2] contradict each other.', ['f1', 'f2']],
    ['In the cupboard [f2], as [1] of the file says.', ['f2']],
    ['In 2 cupboards (1).', []],
  ])('is read of %j', (text, ids) => {
    expect(citationsOf(answer(text)).map(({ id }) => id)).toEqual(ids);
  });
});

it('a difference of shares stays within what shares can be', () => {
  expect(points(paired([0, 0], [1, 0]))).toBe('-50 points (-100 to +48) of 2');
});
