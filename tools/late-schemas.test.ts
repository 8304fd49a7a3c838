import { globSync, readFileSync } from 'node:fs';
import { parseAst } from 'vite';
import { expect, it } from 'vitest';

interface Walked {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

/** The schemas that a module makes while it is loaded, by their line. */
function madeAtLoad(text: string): number[] {
  const lines: number[] = [];
  const visit = (node: Walked): void => {
    if (/Function|^TS/.test(node.type)) return;
    const { callee } = node as { callee?: Walked };
    if (callee && isOfZod(callee)) lines.push(text.slice(0, node.start).split('\n').length);
    for (const child of Object.values(node).flat()) if (isNode(child)) visit(child);
  };
  visit(parseAst(text, { lang: 'ts' }) as unknown as Walked);
  return lines;
}

function isOfZod({ type, object, property }: Walked): boolean {
  if (type !== 'MemberExpression') return false;
  return (object as Walked).name === 'z' && (property as Walked).name !== 'globalRegistry';
}

function isNode(value: unknown): value is Walked {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

it('finds a schema that is made while a module is loaded', () => {
  expect(madeAtLoad('const a = 1;\nconst b = { c: of(z.array(z.string()).min(1)) };')).toContain(2);
  expect(madeAtLoad('const a = later(() => z.string());\ntype A = z.infer<typeof a>;')).toEqual([]);
});

it('no module of the library makes a schema while it is loaded', () => {
  const found = globSync('src/**/*.ts', { exclude: ['**/*.test.ts', 'src/testing/**'] })
    .map(path => ({ path, text: readFileSync(path, 'utf8') }))
    .filter(({ text }) => text.includes("from 'zod'"))
    .flatMap(({ path, text }) => madeAtLoad(text).map(line => `${path}:${line}`));
  expect(found).toEqual([]);
});
