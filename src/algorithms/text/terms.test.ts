import { describe, expect, it } from 'vitest';
import { contentTerms } from './terms.ts';

describe('contentTerms', () => {
  it.each([
    ['stop words', 'What is the fee for a late return?', ['fee', 'lat', 'return']],
    [
      'plurals and verb endings',
      'charges charging charged policies boxes',
      ['charg', 'charg', 'charg', 'policy', 'box'],
    ],
    ['identifiers, whole and in parts', 'CR-1187', ['cr-1187', 'cr', '1187']],
    ['decimals', '3.50', ['3.50']],
    ['thousands', '1,250,000 euros', ['1250000', 'euro']],
    ['possessives', "the company's", ['company']],
    ['accents', 'Café, cafe\u0301', ['caf', 'caf']],
    ['Hindi', 'हिन्दी उत्तर', ['हिन्दी', 'उत्तर']],
    ['Chinese', '退款政策：客户', ['退款', '款政', '政策', '客户']],
    ['nothing', '', []],
    ['stop words alone', 'What is it?', []],
    ['emoji', '😀 👍', []],
  ])('lists the terms of %s', (_name, text, terms) => {
    expect(contentTerms(text)).toEqual(terms);
  });
});

describe('numbers and names within Chinese and Japanese', () => {
  it.each([
    ['押金的退款金额为287.65元', '287.65'],
    ['部品XJ-9を注文', 'xj-9'],
    ['2019年に搬入', '2019'],
    ['温度是44度', '44'],
    ['总价为1,234元', '1234'],
  ])('are terms of their own: %s', (text, term) => {
    expect(contentTerms(text)).toContain(term);
  });
});
