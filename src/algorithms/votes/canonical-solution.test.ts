import { describe, expect, it } from 'vitest';
import { canonicalSolution } from './canonical-solution.ts';

const same = (a: string, b: string) => canonicalSolution(a) === canonicalSolution(b);

describe('the canonical form of a solution', () => {
  it.each([
    ['40', '40.0'],
    ['1,000', '1000'],
    ['{"a": 1, "b": "x"}', '```json\n{"b":"x","a":1.0}\n```'],
    ['function f(a) { return a + 1; }', 'function f(a) {\n  // adds one\n  return a + 1\n}'],
    ["const a = 'x';", 'const a = "x"'],
    ['```ts\nconst a = 1;\n```', 'const a = 1;\n'],
    ['f({ a: 1, b: 2, });\nreturn x;', 'f({a: 1, b: 2})\nreturn x'],
    ['def f(a):\n    return a  # back', 'def f(a):\n  return a'],
    ['SELECT a FROM b;', 'SELECT a\nFROM b -- all\n;'],
    ['Paris', ' paris. '],
  ])('is one of %j and %j', (a, b) => {
    expect(same(a, b)).toBe(true);
  });

  it.each([
    ['function f(a) { return a + 1; }', 'function f(a) { return a + 2; }'],
    ["const a = 'x y';", "const a = 'xy';"],
    ["const a = 'X';", "const a = 'x';"],
    ['if a:\n    b()\nc()', 'if a:\n    b()\n    c()'],
    ['const u = "http://a/b"; f(u);', 'const u = "http://a/c"; f(u);'],
    ['return a.split(/\\//).at(0);', 'return a.split(/\\//).at(1);'],
    ['for (;;) { a(); }', 'for (;) { a(); }'],
    ['Paris', 'London'],
    ['{"a": 1}', '{"a": 2}'],
  ])('is another of %j and %j', (a, b) => {
    expect(same(a, b)).toBe(false);
  });
});
