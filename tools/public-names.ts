import { readFileSync, writeFileSync } from 'node:fs';

/** A name that an entry of the package exports. */
export interface PublicName {
  /** `tandem`, `tandem/testing`, … */
  readonly entry: string;
  readonly name: string;
  readonly isType: boolean;
}

/** What became of a name: `to` in `entry`, or nothing, and why. */
export type Move =
  | { readonly to: string; readonly entry: string }
  | { readonly to: null; readonly why: string };

/**
 * The entries of the package with their sources, and every public name that has moved, by its old
 * name.
 */
export interface MovedNames {
  readonly entries: Readonly<Record<string, string>>;
  readonly moved: Readonly<Record<string, Move>>;
}

/** Reads docs/moved-names.json. */
export function movedNames(): MovedNames {
  return JSON.parse(readFileSync('docs/moved-names.json', 'utf8')) as MovedNames;
}

/** Reads every public name of every entry. */
export function publicNames(): PublicName[] {
  return Object.entries(movedNames().entries).flatMap(([entry, source]) =>
    namesIn(readFileSync(source, 'utf8')).map(each => ({ entry, ...each })),
  );
}

/** Finds the names that a module exports, in their order. */
export function namesIn(text: string): Omit<PublicName, 'entry'>[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const pattern =
    /^export (?:(type )?\{([^}]*)\}|(?:async )?(const|function|class|interface|type|enum) (\w+))/gm;
  return [...code.matchAll(pattern)].flatMap(([, allTypes, list, kind, declared]) => {
    if (declared !== undefined)
      return [{ name: declared, isType: kind === 'interface' || kind === 'type' }];
    const parts = list!.split(',').map(part => part.trim());
    return parts
      .filter(part => part !== '')
      .map(part => ({
        name: part
          .replace(/^type /, '')
          .split(' as ')
          .at(-1)!,
        isType: allTypes !== undefined || part.startsWith('type '),
      }));
  });
}

/**
 * Writes the module that exports them all: a name that several entries export is taken from the
 * first.
 */
export function allNamesText({ entries }: MovedNames, names: readonly PublicName[]): string {
  const seen = new Set<string>();
  const lines = names
    .filter(({ name }) => !seen.has(name) && seen.add(name))
    .map(
      ({ entry, name, isType }) =>
        `export ${isType ? 'type ' : ''}{ ${name} } from '../${entries[entry]}';`,
    );
  return [
    '/**',
    ' * Every public name of every entry, for programs that take them all from one place. ' +
      'Written by',
    ' * write-all-names.ts.',
    ' */',
    ...lines,
    '',
  ].join('\n');
}

/** Writes tools/all-names.ts, as a test demands it. */
export function writeAllNames(): void {
  writeFileSync('tools/all-names.ts', allNamesText(movedNames(), publicNames()));
}
