import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startsEntry } from './line-blocks.ts';
import { sentenceSpans } from './sentences.ts';

const sentencesOf = (text: string) =>
  sentenceSpans(text).map(({ start, end }) => text.slice(start, end).trim());

describe('sentenceSpans', () => {
  it.each([
    ['two plain sentences', 'It rained. We left!', ['It rained.', 'We left!']],
    [
      'titles and initials',
      'Dr. J. Smith met Mr. Brown. They spoke.',
      ['Dr. J. Smith met Mr. Brown.', 'They spoke.'],
    ],
    [
      'decimals and versions',
      'It costs 3.50 euros. Use v2.1 now.',
      ['It costs 3.50 euros.', 'Use v2.1 now.'],
    ],
    [
      'numbered references',
      'See fig. 3 and no. 7 below. Done.',
      ['See fig. 3 and no. 7 below.', 'Done.'],
    ],
    ['a mark inside quotes', '"Really?" he asked. "Yes."', ['"Really?" he asked.', '"Yes."']],
    [
      'wrapped prose',
      'This line of ordinary prose was only wrapped by its\neditor. Next.',
      ['This line of ordinary prose was only wrapped by its\neditor.', 'Next.'],
    ],
    [
      'list items',
      'Bring:\n- a pen\n- some paper\n1. Sign here\n2. Go',
      ['Bring:', '- a pen', '- some paper', '1. Sign here', '2. Go'],
    ],
    [
      'log lines',
      '2026-05-03 10:22 INFO up\n2026-05-03 10:23 ERROR down',
      ['2026-05-03 10:22 INFO up', '2026-05-03 10:23 ERROR down'],
    ],
    [
      'a heading above prose',
      '# Refunds\nYou may return it. We pay.',
      ['# Refunds', 'You may return it.', 'We pay.'],
    ],
    ['Chinese', '今天下雨。我们走了！', ['今天下雨。', '我们走了！']],
    ['Arabic', 'هل تمطر؟ نعم.', ['هل تمطر؟', 'نعم.']],
    ['emoji', 'Great 😀. Thanks 👍.', ['Great 😀.', 'Thanks 👍.']],
  ])('splits %s', (_name, text, expected) => {
    expect(sentencesOf(text)).toEqual(expected);
  });

  it('covers every text without a gap', () => {
    const pieces = fc.constantFrom(
      'a',
      'B',
      '. ',
      '.',
      '\n',
      '\n\n',
      ' ',
      '- ',
      '1. ',
      'e.g. ',
      '"',
      '😀',
      '\f',
      '\r\n',
    );
    fc.assert(
      fc.property(
        fc.array(pieces).map(parts => parts.join('')),
        text => {
          const spans = sentenceSpans(text);
          expect(spans.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
        },
      ),
      { seed: 21, numRuns: 500 },
    );
  });

  it.each([
    ['marks that end nothing', `${'.'.repeat(64_000)}x`],
    ['closing quotes', `.${'"'.repeat(64_000)}x`],
    ['blanks', `a.${' '.repeat(64_000)}b`],
    ['line breaks', `a${'\n'.repeat(64_000)}b`],
    ['short lines', 'Ab\n'.repeat(21_000)],
  ])('reads 64 kB of %s in linear time', (_name, text) => {
    const started = performance.now();
    sentenceSpans(text);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('startsEntry', () => {
  it.each([
    '- item',
    '3) third',
    '## Head',
    '| a | b |',
    '12:30 start',
    'ERROR failed',
    'Owner: Dana',
    'a,b,c',
    'k=v',
  ])('takes %j for an entry', line => {
    expect(startsEntry(line, 0)).toBe(true);
  });

  it.each(['Plain prose, with a comma', 'and so on', ''])('takes %j for prose', line => {
    expect(startsEntry(line, 0)).toBe(false);
  });
});
