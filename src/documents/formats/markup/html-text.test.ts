import { describe, expect, it } from 'vitest';
import { plainTextOf } from './html-text.ts';

describe('plainTextOf', () => {
  it.each([
    [
      'blocks as lines',
      '<h1>Fees</h1><p>One <b>bold</b> word.</p><p>Two.</p>',
      'Fees\nOne bold word.\nTwo.',
    ],
    ['table cells', '<tr><td>a</td><td>b</td></tr>', 'a\tb'],
    [
      'no scripts, styles, comments',
      '<style>p{}</style>A<script>if (a<b) x()</script><!-- <p>no</p> -->B',
      'AB',
    ],
    ['a header, which is no head', '<header>Top</header>', 'Top'],
    [
      'entities, once',
      'a &amp;lt; b &#233; &#x41; &euro;5 &unknown; &constructor;',
      'a &lt; b é A €5 &unknown; &constructor;',
    ],
    ['a lone sign', '3 < 5 and 7 > 6', '3 < 5 and 7 > 6'],
    ['an unclosed script', 'A<script>x', 'A'],
    ['what a formula was not closed before', '<p>a <math><mn>5<p>b<b>7</b>', 'a 5 b7'],
    [
      'words in a formula, and a formula in them',
      '<math><mtext>a<sub>2</sub> is <math><mfrac><mn>1</mn><mn>2</mn></mfrac></math></mtext>',
      'a₂ is (1)/(2)',
    ],
  ])('gives %s', (_name, html, text) => {
    expect(plainTextOf(html)).toBe(text);
  });

  it.each(['<!--', '<script ', '<', '<a', '<script>', ' ', '&', '\n'])(
    'reads 64 kB of %j in linear time',
    unit => {
      const started = performance.now();
      plainTextOf(`a${unit.repeat(64_000 / unit.length)}b`);
      expect(performance.now() - started).toBeLessThan(500);
    },
  );
});
