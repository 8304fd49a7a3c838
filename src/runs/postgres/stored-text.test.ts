import { describe, expect, it } from 'vitest';
import { readText, storedJson, storedText } from './stored-text.ts';

const texts = ['', 'plain', '\u0000', '\u0001', '\u00010', 'a\u0000\u0001b', '\\u0000', '\\\u0000'];

describe('a text as Postgres holds it', () => {
  it('comes back as it was, and holds no NUL', () => {
    for (const text of texts) {
      expect(storedText(text)).not.toContain('\u0000');
      expect(readText(storedText(text))).toBe(text);
    }
  });

  it('is the same in JSON, where half of a surrogate becomes U+FFFD', () => {
    for (const text of texts)
      expect(JSON.parse(storedJson([{ text }]))).toEqual([{ text: storedText(text) }]);
    expect(JSON.parse(storedJson({ a: 'x\ud800y', b: '😀', c: '\\ud800' }))).toEqual({
      a: 'x\ufffdy',
      b: '😀',
      c: '\\ud800',
    });
  });
});
