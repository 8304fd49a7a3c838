import { describe, expect, it } from 'vitest';
import { placeholdersOf } from './placeholders.ts';
import { restorerOf } from './restore.ts';

const value = 'Anna "Ann" Weber';
const made = async () => {
  const placeholders = placeholdersOf(() => 'secret');
  await placeholders.ready();
  const placeholder = placeholders.placeholderOf(value, 'WORD');
  return { placeholder, restorer: () => restorerOf(placeholders, new Set([placeholder])) };
};
const { placeholder, restorer } = await made();
const streamed = (text: string, size: number) => {
  const { part } = restorer();
  const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
  const parts = [
    ...pieces.flatMap(delta => part({ type: 'text-delta', id: '0', delta })),
    ...part({ type: 'text-end', id: '0' }),
  ];
  return parts.map(each => (each.type === 'text-delta' ? each.delta : '')).join('');
};

describe('restoring', () => {
  it.each([
    placeholder.toLowerCase(),
    placeholder.replaceAll('_', '\\_'),
    placeholder.replaceAll('_', ' '),
    placeholder.replaceAll('_', '-'),
    `${placeholder.slice(0, -4)}\n${placeholder.slice(-4)}`,
    placeholder.replace('_', '\n'),
    ...['\u00a0', '\u2011', '\u2013', '\uff3f', '_\u200b', '_\n'].map(joint =>
      placeholder.replaceAll('_', joint),
    ),
  ])('knows a placeholder as models write it: %j', written => {
    for (const size of [1, 3, 7, 100])
      expect(streamed(`Dear ${written}!`, size)).toBe(`Dear ${value}!`);
  });

  it.each([
    ['prose that begins with a bracket', '[1] According to @', '[1] According to Anna "Ann" Weber'],
    ['prose in braces', '{@}', '{Anna "Ann" Weber}'],
    ['a document', '{"to": "@"}', '{"to": "Anna \\"Ann\\" Weber"}'],
    [
      'a fence',
      'Here:\n```json\n{"to": "@"}\n```\nfor @',
      'Here:\n```json\n{"to": "Anna \\"Ann\\" Weber"}\n```\nfor Anna "Ann" Weber',
    ],
    ['a quotation', 'He said "@" twice', 'He said "Anna "Ann" Weber" twice'],
  ])('puts a value into %s as it stands there', (_name, text, restored) => {
    for (const size of [1, 5, 200])
      expect(streamed(text.replaceAll('@', placeholder), size)).toBe(restored);
  });

  it('holds back no more than a placeholder is long', () => {
    const { part } = restorer();
    const text = `masked the ${'MASKED EMAIL abc '.repeat(50)}`;
    let shown = 0;
    for (let at = 0; at < text.length; at++) {
      for (const each of part({ type: 'text-delta', id: '0', delta: text[at]! }))
        if (each.type === 'text-delta') shown += each.delta.length;
      expect(at + 1 - shown).toBeLessThanOrEqual(36);
    }
  });
});
