import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allNamesText, movedNames, namesIn, publicNames } from './public-names.ts';

const { entries, moved } = movedNames();
const current = publicNames();
const isPublic = (entry: string, name: string) =>
  current.some(each => each.entry === entry && each.name === name);
const before = readFileSync('tools/names-0.1.0.txt', 'utf8')
  .trim()
  .split('\n')
  .map(line => line.split(' ') as [entry: string, name: string]);

describe('the public names', () => {
  it('are read from lists, types among values, renamings and declarations', () => {
    const text = `/** export { no } from './no.ts'; */
export { a, type B } from './a.ts';
export type { C, D as E } from './c.ts';
export const f = 1;
export async function g() {}
export interface H {}
export type I = string;
`;
    expect(namesIn(text).map(({ name, isType }) => (isType ? `type ${name}` : name))).toEqual([
      ...['a', 'type B', 'type C', 'type E', 'f', 'g', 'type H', 'type I'],
    ]);
  });

  it('stand in entries that the package really has, and in no other', () => {
    const { exports: subpaths } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      exports: object;
    };
    const named = Object.keys(subpaths).filter(path => !path.endsWith('.json'));
    expect(Object.keys(entries).sort()).toEqual(named.map(path => `tandem${path.slice(1)}`).sort());
    for (const source of Object.values(entries)) expect(existsSync(source), source).toBe(true);
  });

  it('are exported by tools/all-names.ts, which `npm run all-names` writes', () => {
    expect(readFileSync('tools/all-names.ts', 'utf8')).toBe(
      allNamesText({ entries, moved }, current),
    );
  });

  it('hold every name of 0.1.0 where it was, or docs/moved-names.json says where it went', () => {
    const lost = before.filter(
      ([entry, name]) => !isPublic(entry, name) && !Object.hasOwn(moved, name),
    );
    expect(lost.map(([entry, name]) => `${entry}: ${name}`)).toEqual([]);
  });

  it('are told of as moved only where they have moved, and to where they really are', () => {
    for (const [name, move] of Object.entries(moved)) {
      const from = before.filter(([, old]) => old === name).map(([entry]) => entry);
      expect(from, `${name} is no name of 0.1.0`).not.toEqual([]);
      expect(
        from.every(entry => isPublic(entry, name)),
        `${name} has not moved`,
      ).toBe(false);
      if (move.to === null) expect(move.why.length, `why ${name} is gone`).toBeGreaterThan(10);
      else expect(isPublic(move.entry, move.to), `${move.entry} has no ${move.to}`).toBe(true);
    }
  });
});
