import { describe, expect, it } from 'vitest';
import { codeBytes } from './code-bytes.ts';
import { repeatedKeys } from './key-kinds.ts';
import { bareNames, strayPatternNames } from './name-measures.ts';

const named = (text: string, path = 'src/model/a.ts') => [{ path, text }];

describe('the measures of names', () => {
  it('find the name of a pattern as a string far from the pattern', () => {
    const text = "// 'chain' in a comment\nif (name === 'chain') go();\n";
    expect(strayPatternNames(named(text))).toEqual(['src/model/a.ts:2  chain']);
    for (const path of [
      'src/patterns/chain/a.ts',
      'src/eval/chain/a.ts',
      'src/registry/a.ts',
      'apps/cli/a.test.ts',
    ]) {
      expect(strayPatternNames(named(text, path))).toEqual([]);
    }
  });

  it('find a public name that no sentence stands above', () => {
    const index = { path: 'src/index.ts', text: "export { type A, b, C } from './model/a.ts';\n" };
    const text = '/** Says a. */\nexport type A = 1;\nexport const b = 1;\n\nexport class C {}\n';
    expect(bareNames([index, ...named(`${text}export const hidden = 1;\n`)])).toEqual([
      'src/model/a.ts:3  b',
      'src/model/a.ts:5  C',
    ]);
  });

  it('find an interface that repeats the keys of a schema', () => {
    const schema = 'const s = z.strictObject({ a: z.number(), b: z.object({ c: z.any() }) });\n';
    const same = 'interface Same {\n  readonly a?: number;\n  b: { c: 1 };\n}\n';
    const other = 'interface Other {\n  readonly a: number;\n  c: number;\n}\n';
    expect(repeatedKeys(named(schema + same + other))).toEqual(['src/model/a.ts: Same']);
  });

  it('leave an interface whose keys hold other kinds of values than those of a schema', () => {
    const schema = 'const s = z.object({ a: z.string(), b: z.string(), c: size() });\n';
    const size = 'const size = later(() =>\n  z.number(),\n);\n';
    const found = (keys: string) =>
      repeatedKeys(named(`${schema}${size}type Id = 'x' | 'y';\ninterface One {\n${keys}\n}\n`));
    const same = ['src/model/a.ts: One'];
    expect(found('a: string;\nb?: string | undefined;\nc: number;')).toEqual(same);
    expect(found('a: Id;\nb: string;\nc?: number;')).toEqual(same);
    // Models, packed numbers, objects and functions under the names of texts.
    expect(found('a: LanguageModel;\nb: ArrayLike<number>;\nc: number;')).toEqual([]);
    expect(found('a: One;\nb: () => string;\nc: number;')).toEqual([]);
    expect(found('a: string;\nb: readonly string[];\nc: string;')).toEqual([]);
    // A schema has no key that must be there and may hold nothing.
    expect(found('a: string | undefined;\nb: string | undefined;\nc: number;')).toEqual([]);
  });

  it('count the bytes of code alone', () => {
    const code = "const a = '// no';\nconst b = /\\/\\/[/'\"]/;\nconst c = `/* no */`;";
    const text = `/** Says a. */\n${code.replaceAll('\n', ' // yes\n\n')}\n/* yes\n */\n`;
    expect(codeBytes(text)).toBe(Buffer.byteLength(code));
  });
});
