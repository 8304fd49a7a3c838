import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Chunk,
  chunkByLine,
  chunkByPage,
  chunkByParagraph,
  chunkBySentence,
  chunkerByUnit,
  pageSpans,
} from './chunk.ts';
import { chunkByTokens } from './chunk-by-tokens.ts';
import { entrySpans, headingsIn, rowSpans, symbolSpans } from './part-spans.ts';

const anyText = fc
  .array(
    fc.oneof(
      fc.string(),
      fc.constantFrom('\n', '\n\n', '. ', '\f', ' ', '\r\n', '😀', 'שלום', 'A. B', '- item'),
    ),
  )
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

describe.each(Object.entries(chunkerByUnit))('cutting by %s', (_name, chunk) => {
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
      fc.property(
        fc.integer({ min: 2, max: 9 }),
        fc.integer({ min: 0, max: 4 }),
        (maxCharacters, overlap) => {
          for (const { text } of chunk(emoji, { maxCharacters, overlap }))
            expect(text.isWellFormed()).toBe(true);
        },
      ),
      { seed: 12 },
    );
  });

  it('makes no chunk of an empty text', () => {
    expect(chunk('')).toEqual([]);
  });

  it('survives limits that make no sense', () => {
    for (const maxCharacters of [0, -1, Number.NaN, 1]) {
      expect(rebuilt(chunk('Some text. More.', { maxCharacters, overlap: 99 }))).toBe(
        'Some text. More.',
      );
    }
  });
});

describe('chunking by unit', () => {
  it('keeps pages apart, even short ones', () => {
    expect(chunkByPage('one\ftwo\fthree').map(({ text }) => text)).toEqual([
      'one\f',
      'two\f',
      'three',
    ]);
  });

  it('starts pages at a marker', () => {
    const text = 'Cover\nPage 1\nfirst\nPage 2\nsecond';
    expect(
      pageSpans(text, { marker: /^Page \d+$/m }).map(({ start, end }) => text.slice(start, end)),
    ).toEqual(['Cover\n', 'Page 1\nfirst\n', 'Page 2\nsecond']);
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

describe('cutting by tokens', () => {
  const words = (text: string) => text.match(/\S+/g)?.length ?? 0;

  it('gives exact spans within the budget of any counter, which rebuild the text', () => {
    const budgets = fc.record({
      maxTokens: fc.integer({ min: 2, max: 30 }),
      overlapTokens: fc.integer({ min: 0, max: 20 }),
      count: fc.constantFrom(
        words,
        (text: string) => Math.ceil(text.length / 4),
        (text: string) => [...text].length,
      ),
    });
    fc.assert(
      fc.property(anyText, budgets, (text, budget) => {
        const chunks = chunkByTokens(text, budget);
        expect(rebuilt(chunks)).toBe(text);
        for (const part of chunks) {
          expect(part.text).toBe(text.slice(part.start, part.end));
          expect(budget.count(part.text)).toBeLessThanOrEqual(budget.maxTokens);
        }
      }),
      { seed: 14, numRuns: 300 },
    );
  });

  it('cuts a sentence that is longer than the budget', () => {
    const chunks = chunkByTokens('one two three four five six seven.', {
      maxTokens: 3,
      count: words,
    });
    expect(chunks.map(({ text }) => text)).toEqual(['one two three ', 'four five six ', 'seven.']);
  });

  it('repeats whole sentences as overlap', () => {
    const [, second] = chunkByTokens('A b. C d. E f. G h.', {
      maxTokens: 4,
      overlapTokens: 2,
      count: words,
    });
    expect(second!.text).toBe('A b. C d. ');
  });

  it('reads a megabyte in linear time', () => {
    const started = performance.now();
    chunkByTokens('A word or two. '.repeat(70_000), { maxTokens: 800 });
    chunkByTokens('x'.repeat(1_000_000), { maxTokens: 800 });
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('the parts of a text', () => {
  it('sections start at headings: of Markdown, numbered, in capitals, alone', () => {
    const text =
      '# Top\nText.\n\n2.1 Fees\n\nA fee of 2.\n\nRISK FACTORS\n\nLow water.\n\nA short ' +
      'title\n\nIt goes on: 4.\n';
    expect(headingsIn(text).map(({ title }) => title)).toEqual([
      'Top',
      '2.1 Fees',
      'RISK FACTORS',
      'A short title',
    ]);
  });

  it('a row holds its quoted line breaks', () => {
    const text = 'a,b\n1,"two\nlines"\n3,4\n';
    expect(rowSpans(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      'a,b\n',
      '1,"two\nlines"\n',
      '3,4\n',
    ]);
  });

  it('an entry holds its stack trace', () => {
    const text = '2026-01-01 ERROR down\n  at a.ts:1\nCaused by: x\n2026-01-02 INFO up\n';
    expect(entrySpans(text)).toHaveLength(2);
  });

  it('a symbol holds the comment above it', () => {
    const text =
      "import a from 'a';\n\n/** Adds. */\nexport function add() {\n  return 1;\n}\n\nclass B {}\n";
    expect(symbolSpans(text).map(({ start }) => text.slice(start, start + 8))).toEqual([
      'import a',
      '/** Adds',
      'class B ',
    ]);
  });
});
