import { describe, expect, it } from 'vitest';
import { documentOf } from './document.ts';
import { nearestPassages } from './finding/nearest-passages.ts';
import { certainOf } from './found-alone.ts';

// A statute in which many sentences name the act, and one says since when it is in force.
function statute(sections: number): string {
  const lines = Array.from(
    { length: sections },
    (_, n) => `§ ${n + 1} This act applies to the work of number ${n + 1} of the list.`,
  );
  return [...lines, 'It comes into force on 1 May 1976.'].join('\n\n');
}

async function certainIn(text: string, quotes: readonly string[], question: string) {
  const document = documentOf({ title: 'act.md', text });
  const nearest = await nearestPassages([document], question);
  const extracts = quotes.map((quote, n) => {
    const start = text.indexOf(quote);
    return { id: `e${n + 1}`, document, start, end: start + quote.length, text: quote };
  });
  return certainOf({ question, documents: [document], nearest, extracts });
}

describe('a question of common words', () => {
  const question = 'When does the act apply?';

  it('is answered by none of the many sentences that hold them', async () => {
    const text = statute(40);
    const quotes = text.split('\n\n').filter(line => line.includes('act applies'));
    expect(await certainIn(text, quotes, question)).toEqual([]);
  });

  it('is answered by the one that holds a rare question', async () => {
    const text = statute(40).replace('number 7 of the list', 'divers in harbours');
    const quote = text.split('\n\n')[6]!;
    const found = await certainIn(text, [quote], 'Does this act apply to divers in harbours?');
    expect(found.map(each => each.text)).toEqual([quote]);
  });
});
