import { describe, expect, it } from 'vitest';
import { documentOf } from './document.ts';
import { passagesOf } from './passages.ts';

describe('passagesOf', () => {
  it('gives every chunk the heading above it, but for one that begins with its own', () => {
    const text =
      `# Fees\n\n${'A fee. '.repeat(40)}\n\n${'Another. '.repeat(30)}\n\n# ` +
      `Terms\n\n${'A term. '.repeat(30)}`;
    const passages = passagesOf([documentOf({ text })], { by: 'paragraph', characters: 300 });
    expect(passages.map(({ context }) => context)).toEqual([undefined, 'Fees', 'Terms']);
  });

  it('gives every chunk of a table its head', () => {
    const text = `name,price\n${Array.from({ length: 40 }, (_, n) => `item ${n},${n}`).join('\n')}`;
    const passages = passagesOf([documentOf({ text, mediaType: 'text/csv' })], {
      by: 'row',
      characters: 200,
    });
    expect(passages[0]!.context).toBeUndefined();
    expect(passages[1]!.context).toBe('name,price');
  });

  it('cuts every document on its own, at exact offsets', () => {
    const documents = [documentOf({ text: 'One. Two.' }), documentOf({ text: 'Three.' })];
    const passages = passagesOf(documents, { by: 'tokens', tokens: 50 });
    expect(passages.map(({ document, start, end }) => document.text.slice(start, end))).toEqual([
      'One. Two.',
      'Three.',
    ]);
  });

  it('cuts the same text once: a second question finds the same chunks at once', () => {
    const text = Array.from({ length: 20_000 }, (_, n) => `Sentence ${n} says little.`).join(' ');
    const time = () => {
      const begun = performance.now();
      const spans = passagesOf([documentOf({ text })], { by: 'sentence', characters: 500 });
      return { spans: spans.map(({ start }) => start), took: performance.now() - begun };
    };
    const [first, second] = [time(), time()];
    expect(second.spans).toEqual(first.spans);
    expect(second.took).toBeLessThan(first.took);
  });
});
