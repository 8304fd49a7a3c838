import { styleText } from 'node:util';
import { describe, expect, it } from 'vitest';
import { clipLine, openFlow, table, wrapPage, wrapText } from './layout.ts';
import { styleMarks } from './page/shown-text.ts';

const rows = [
  ['local', 'ollama:phi4-mini', 'device', 'reads tools and pictures, 131072 tokens of context'],
  ['cloud', 'azure:gpt-4.1', 'cloud', '$2 in and $8 out'],
];

describe('a table', () => {
  it('is as wide as it is where nobody looks at it', () => {
    expect(table(rows, { columns: Number.POSITIVE_INFINITY })).toBe(
      'local  ollama:phi4-mini  device  reads tools and pictures, 131072 tokens of context\n' +
        'cloud  azure:gpt-4.1     cloud   $2 in and $8 out',
    );
  });

  it('wraps the wide cells on a terminal, and keeps its columns', () => {
    expect(table(rows, { columns: 60 }, '  ')).toBe(
      '  local  ollama:phi4-mini  device  reads tools and pictures,\n' +
        '                                   131072 tokens of context\n' +
        '  cloud  azure:gpt-4.1     cloud   $2 in and $8 out',
    );
  });

  it('becomes paragraphs where its longest words do not stand side by side', () => {
    expect(table(rows, { columns: 30 })).toBe(
      'local  ollama:phi4-mini\n    device  reads tools and\n    pictures, 131072 tokens of\n' +
        '    context\ncloud  azure:gpt-4.1\n    cloud  $2 in and $8 out',
    );
  });

  it('counts what is shown: marks of style are nothing, wide letters are two columns', () => {
    const dim = (text: string) => styleText('dim', text, { validateStream: false });
    expect(
      table(
        [
          [dim('a'), 'b'],
          ['漢字', 'c'],
        ],
        { columns: 80 },
      ),
    ).toBe(`${dim('a')}     b\n漢字  c`);
  });

  it('closes a style at the end of a line and opens it on the next', () => {
    const dim = (text: string) => styleText('dim', text, { validateStream: false });
    expect(table([['name', dim('one two three')]], { columns: 14 })).toBe(
      `name  ${dim('one two')}\n      ${dim('three')}`,
    );
  });
});

describe('a table in the style of the terminal', () => {
  it('lets no style run on from a wrapped cell into the next column', () => {
    const { around, shown } = styleMarks();
    const dim = (text: string) => around(text, 2, 22);
    const text = shown(table([[dim('one two three'), 'next to it']], { columns: 20 }));
    const plain = (said: string) => styleText('dim', said, { validateStream: false });
    expect(text).toBe(`${plain('one two')}    next to\n${plain('three')}      it`);
  });
});

describe('a page', () => {
  it('breaks wide lines at spaces, below where they began', () => {
    expect(wrapPage('  one two three four\nshort', 12)).toBe('  one two\n  three four\nshort');
  });

  it('leaves words that are wider than the terminal, and code, as they are', () => {
    const page = 'https://example.com/a/long/address\n```\nconst one = two + three;\n```';
    expect(wrapPage(page, 12)).toBe(page);
  });

  it('is read in lines of at most 100 columns on a wide terminal', () => {
    const lines = wrapText('word '.repeat(100).trim(), { columns: 200 }, '  ').split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
  });
});

describe('a flow', () => {
  it('shows what comes in pieces without breaking a word', () => {
    let shown = '';
    const flow = openFlow(
      () => 12,
      text => {
        shown += text;
      },
    );
    for (const piece of ['one t', 'wo thr', 'ee\n  fo', 'ur five', ' six']) flow.add(piece);
    expect(shown).toBe('one two\nthree\n  four five');
    flow.end();
    expect(shown).toBe('one two\nthree\n  four five\nsix');
  });
});

describe('a line of progress', () => {
  it('is cut at a space', () => {
    expect(clipLine('reading chunk 4 of 12', 14)).toBe('reading …');
    expect(clipLine('short', 14)).toBe('short');
  });
});
