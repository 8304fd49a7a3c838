import { describe, expect, it } from 'vitest';
import { listExtracts } from './compose-call.ts';
import { documentOf } from './document.ts';
import { releasedOf, underHead } from './table-head.ts';

const text = [
  'Works were finished in May.',
  '',
  'Table 7: Coldbrook\t2023\t2024',
  'Water, ML\t413\t932',
  'Leakage, per cent\t8.4\t8.9',
  '',
  'Pipes\t15',
  'Mains\t7',
].join('\n');

function extractOf(quote: string) {
  const start = text.indexOf(quote);
  const document = documentOf({ text, title: 'report' });
  return { id: 'e1', text: quote, start, end: start + quote.length, document };
}

describe('a row of a table', () => {
  it.each(['Leakage, per cent\t8.4\t8.9', 'Water, ML\t413'])('stands under its head: %s', quote => {
    const extract = underHead(extractOf(quote));
    expect(listExtracts([extract])).toContain(
      `[e1] (under: Table 7: Coldbrook\t2023\t2024) ${quote}`,
    );
    expect(releasedOf(extract)).toEqual([quote, 'Table 7: Coldbrook\t2023\t2024']);
  });

  it.each(['Works were finished in May.', 'Table 7: Coldbrook\t2023\t2024', 'Mains\t7'])(
    'has no head that names nothing: %s',
    quote => {
      const extract = underHead(extractOf(quote));
      expect(extract).not.toHaveProperty('under');
      expect(releasedOf(extract)).toEqual([quote]);
    },
  );
});
