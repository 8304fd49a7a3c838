import { describe, expect, it } from 'vitest';
import { type ValueContext, valueTokens } from './value-tokens.ts';

const pieces = (...tokens: string[]) => tokens.map(token => ({ token, logprob: -0.1 }));
const shown = (tokens: string[], text: string, context?: ValueContext) =>
  valueTokens(pieces(...tokens), text, context).map(
    group => `${group.isValue ? 'value' : 'text'}: ${group.tokens.map(t => t.token).join('|')}`,
  );

describe('the tokens of values', () => {
  it.each<[string, string[], string, string[]]>([
    [
      'are the fields of an object, without its keys and braces',
      [
        '{"',
        'name',
        '":',
        ' "',
        'Ann',
        ' Berg',
        '",',
        ' "',
        'age',
        '":',
        ' ',
        '34',
        '}',
        '<|im_end|>',
      ],
      '{"name": "Ann Berg", "age": 34}',
      ['value: Ann| Berg', 'value: 34'],
    ],
    [
      'are those in a fence',
      ['```', 'json', '\n{"', 'a', '": ', 'true', '}\n', '```'],
      '```json\n{"a": true}\n```',
      ['value: true'],
    ],
    [
      'are those of an object whose fence was taken off',
      ['```', 'json', '\n', '{"', 'a', '": ', '1', '}', '\n', '```'],
      '{"a": 1}',
      ['value: 1'],
    ],
    [
      'are the items of a list',
      ['[', '"a"', ', ', '"b"', ']'],
      '["a", "b"]',
      ['value: "a"', 'value: "b"'],
    ],
    ['stand behind a preface', ['Answer', ':', ' 4', '2', '.'], 'Answer: 42.', ['value:  4|2']],
    [
      'stand behind a preface of words',
      ['The', ' answer', ' is', ' Oslo', '.'],
      'The answer is Oslo.',
      ['value:  Oslo'],
    ],
    [
      'are the words of a text',
      ['The', ' fox', ' ran', ' home', ',', ' and', ' slept', '.'],
      'The fox ran home, and slept.',
      ['text: The| fox| ran| home| and| slept'],
    ],
    [
      'are not those of thinking before',
      ['4', '2', '?', ' no', '\n', '4', '2'],
      '42',
      ['value: 4|2'],
    ],
    [
      'are all where tokens and text have nothing in common',
      ['x', 'y'],
      'an answer',
      ['text: x|y'],
    ],
    ['are an empty list', ['[', ']'], '[]', ['value: [|]']],
  ])('%s', (_, tokens, text, groups) => {
    expect(shown(tokens, text)).toEqual(groups);
  });

  it('are those by which a label differs from all others', () => {
    const labels = ['refund_late', 'refund_no', 'card'];
    expect(shown(['ref', 'und', '_no'], 'refund_no', { labels })).toEqual(['value: ref|und|_no']);
    expect(shown(['c', 'ard'], 'card', { labels })).toEqual(['value: c']);
  });

  it('leave out what the schema fixes', () => {
    const tokens = ['{"', 'kind', '":"', 'note', '","', 'n', '":', '7', '}'];
    const context = { isJson: true, fixed: new Set(['note']) };
    expect(shown(tokens, '{"kind":"note","n":7}', context)).toEqual(['value: 7']);
  });
});
