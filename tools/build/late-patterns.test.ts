import { describe, expect, it } from 'vitest';
import { LatePattern } from './late-pattern.ts';
import { lateIn } from './late-patterns.ts';

/** Runs a module that was rewritten, and returns its value `result`. */
function ran(code: string): unknown {
  const body = lateIn(code).replace(/^import [^\n]+\n/, '');
  return new Function('LatePattern', `${body}\nreturn result;`)(LatePattern);
}

describe('a late pattern', () => {
  const texts = ['', 'Zürich, 12 août', 'aaa', 'naïve – naïve', '12 34'];
  const patterns = [/\p{L}+/u, /\p{L}/gu, /(?<first>\p{N})(\p{N})/gu, /\p{L}/uy];
  const uses: readonly ((pattern: RegExp, text: string) => unknown)[] = [
    (pattern, text) => [pattern.test(text), pattern.lastIndex, pattern.test(text)],
    (pattern, text) => [pattern.exec(text)?.index, pattern.exec(text)?.index],
    (pattern, text) => text.match(pattern)?.slice(),
    (pattern, text) => text.replace(pattern, '<$&>'),
    (pattern, text) => text.replace(pattern, letter => letter.toUpperCase()),
    (pattern, text) => pattern.global && [...text.matchAll(pattern)].map(({ 0: all }) => all),
    (pattern, text) => pattern.global && text.replaceAll(pattern, '-'),
    (pattern, text) => text.search(pattern),
    (pattern, text) => text.split(pattern, 3),
    (pattern, text) => new RegExp(pattern, 'u').exec(text)?.[0],
    ({ source, flags }) => [source, flags],
    pattern => String(pattern),
  ];

  it.each(patterns)('does what its expression does: %s', pattern => {
    for (const use of uses) {
      for (const text of texts) {
        const late = new LatePattern(pattern.source, pattern.flags) as unknown as RegExp;
        expect(use(late, text)).toEqual(use(new RegExp(pattern), text));
      }
    }
  });
});

describe('a module whose patterns are late', () => {
  it('parses none while it is read', () => {
    const code = lateIn(
      'const a = /\\p{L}/u; const b = [1].map(() => new RegExp("x")); const f = () => /\\p{N}/gu;',
    );
    expect(code).not.toMatch(/new RegExp|\/\\p/);
  });

  it('means the same, with what is counted on in each call of its own', () => {
    expect(
      ran(`const word = /\\p{L}+/gu; const start = new RegExp('^[' + /\\p{L}/u.source + ']', 'u');
        const firsts = text => { const one = /\\p{L}/gu; return one.exec(text)?.[0]; };
        const count = text => text.match(/\\p{N}/gu)?.length ?? 0;
        const kept = { word };
        const result = ['é1 2'.replace(kept.word, 'x'), start.test('é'), firsts('éa'),
          firsts('éa'), count('12'), count('12')];`),
    ).toEqual(['x1 2', true, 'é', 'é', 2, 2]);
  });

  it('leaves expressions that a caller gives, so that a mistake is told where it is made', () => {
    const code = 'export const made = (text: string) => new RegExp(text);';
    expect(lateIn(code)).toBe(code);
  });

  it('leaves what is cheap', () => {
    const code = 'const digits = /\\d+/g; export const f = (text: string) => text.split(/[a-z]/u);';
    expect(lateIn(code)).toBe(code);
  });
});
