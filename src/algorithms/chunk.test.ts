import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chunk, chunkByLine, chunkByPage, chunkByParagraph, chunkBySentence, pageSpans } from './chunk.ts';

const chunkers = { chunkByPage, chunkByParagraph, chunkBySentence, chunkByLine };

const anyText = fc
  .array(fc.oneof(fc.string(), fc.constantFrom('\n', '\n\n', '. ', '\f', ' ', '\r\n', '😀', 'שלום', 'A. B', '- item')))
  .map(parts => parts.join(''));

function rebuilt(chunks: readonly Chunk[]): string {
  let end = 0;
  let text = '';
  for (const chunk of chunks) {
    text += chunk.text.slice(end - chunk.start);
    end = chunk.end;
  }
  return text;
}

describe.each(Object.entries(chunkers))('%s', (_name, chunk) => {
  it('gives exact spans in order, within the limit, that rebuild the text', () => {
    const sizes = fc.record({
      maxCharacters: fc.integer({ min: 2, max: 60 }),
      overlap: fc.integer({ min: 0, max: 40 }),
    });
    fc.assert(
      fc.property(anyText, sizes, (text, size) => {
        const chunks = chunk(text, size);
        expect(rebuilt(chunks)).toBe(text);
        for (const [index, part] of chunks.entries()) {
          expect(part.index).toBe(index);
          expect(part.text).toBe(text.slice(part.start, part.end));
          expect(part.text.length).toBeLessThanOrEqual(size.maxCharacters);
          if (index > 0) expect(part.end).toBeGreaterThan(chunks[index - 1]!.end);
        }
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  it('never splits a surrogate pair', () => {
    const emoji = '😀'.repeat(50);
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 0, max: 4 }), (maxCharacters, overlap) => {
        for (const { text } of chunk(emoji, { maxCharacters, overlap })) expect(text.isWellFormed()).toBe(true);
      }),
      { seed: 12 },
    );
  });

  it('makes no chunk of an empty text', () => {
    expect(chunk('')).toEqual([]);
  });

  it('survives limits that make no sense', () => {
    for (const maxCharacters of [0, -1, Number.NaN, 1]) {
      expect(rebuilt(chunk('Some text. More.', { maxCharacters, overlap: 99 }))).toBe('Some text. More.');
    }
  });
});

describe('chunking by unit', () => {
  it('keeps pages apart, even short ones', () => {
    expect(chunkByPage('one\ftwo\fthree').map(({ text }) => text)).toEqual(['one\f', 'two\f', 'three']);
  });

  it('starts pages at a marker', () => {
    const text = 'Cover\nPage 1\nfirst\nPage 2\nsecond';
    expect(pageSpans(text, { marker: /^Page \d+$/m }).map(({ start, end }) => text.slice(start, end))).toEqual([
      'Cover\n',
      'Page 1\nfirst\n',
      'Page 2\nsecond',
    ]);
  });

  it('packs whole paragraphs while there is room', () => {
    const text = 'aaaa\n\nbbbb\n\ncccc';
    expect(chunkByParagraph(text, { maxCharacters: 12 }).map(chunk => chunk.text)).toEqual([
      'aaaa\n\nbbbb\n\n',
      'cccc',
    ]);
  });

  it('repeats the end of the chunk before, from a word on', () => {
    const [, second] = chunkByLine('alpha beta gamma delta', { maxCharacters: 12, overlap: 6 });
    expect(second!.text.startsWith('beta ')).toBe(true);
  });

  it('reads a megabyte without a line break in linear time', () => {
    const started = performance.now();
    expect(rebuilt(chunkBySentence('x'.repeat(1_000_000)))).toHaveLength(1_000_000);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
