import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

type Public = typeof import('../../src/index.ts');

const moved = movedNames(resolve(import.meta.dirname, '../../docs/moved-names.json'));

/**
 * Takes public names from a tree: from its main entry, else from another one, else under the name
 * that they had before or have got since. @throws Error for a name that is nowhere
 */
export async function namesOf<Name extends keyof Public>(
  tree: string,
  names: readonly Name[],
): Promise<Pick<Public, Name>> {
  const main = await entry(join(tree, 'src/index.ts'));
  const others = names.every(name => name in main)
    ? []
    : globSync('src/{**/index,entries/*}.ts', { cwd: tree });
  const known = Object.assign(
    {},
    ...(await Promise.all(others.map(path => entry(join(tree, path))))),
    main,
  );
  const found = names.map(name => {
    const current = [name, ...(moved.get(name) ?? [])].find(candidate => candidate in known);
    if (current === undefined)
      throw new Error(`No entry of ${tree} has the name "${name}", nor one it had before.`);
    return [name, known[current]];
  });
  return Object.fromEntries(found) as Pick<Public, Name>;
}

async function entry(path: string): Promise<Record<string, unknown>> {
  return import(pathToFileURL(path).href);
}

// Both ways: an old tree is asked for a new name, and a new one for an old name.
function movedNames(path: string): Map<string, string[]> {
  const names = new Map<string, string[]>();
  if (!existsSync(path)) return names;
  const read = JSON.parse(readFileSync(path, 'utf8')) as {
    moved: Record<string, { to: string | null }>;
  };
  const add = (name: string, other: string) => names.set(name, [...(names.get(name) ?? []), other]);
  for (const [old, { to }] of Object.entries(read.moved)) {
    if (to === null) continue;
    add(old, to);
    add(to, old);
  }
  return names;
}
