import { sourceBytes } from './code-bytes.ts';
import { repeatedKeys } from './key-kinds.ts';
import { bareNames, strayPatternNames } from './name-measures.ts';
import { namesIn } from './public-names.ts';
import { isTest, type SourceFile } from './structure-rules.ts';

/** A figure of the sources that may not grow, and where it comes from. */
export interface Measured {
  readonly what: string;
  readonly value: number;
  readonly atMost: number;
  /** What stands behind the figure, such as `src/model/ask.ts:12`; shown where it is too large. */
  readonly found: readonly string[];
}

const widest = 100;
const mostFilesInFolder = 20;
const mostShown = 20;

/**
 * Measures the sources: widths, names, folders, entries and sizes, each with the bound that holds.
 * A bound above what is wanted may fall, and never rises, but for the bytes of code, which a
 * decision tells of.
 */
export function measure(files: readonly SourceFile[]): Measured[] {
  return [
    counted(`lines over ${widest} columns`, wideLines(files), 0),
    counted('type names that stand twice in src', repeatedTypes(files), 0),
    counted(`folders of more than ${mostFilesInFolder} files, tests apart`, fullFolders(files), 0),
    counted('names of the main entry', mainNames(files), 110),
    counted('names of patterns as strings, far from the pattern', strayPatternNames(files), 0),
    counted('public names without a sentence', bareNames(files), 0),
    counted('interfaces that repeat the keys of a schema', repeatedKeys(files), 0),
    {
      what: 'bytes of code in src and apps',
      value: sourceBytes(files),
      atMost: 3_640_000,
      found: [],
    },
  ];
}

/** Writes a measure for a reader. */
export function shownMeasure({ what, value, atMost, found }: Measured): string {
  const line = `  ${String(value).padStart(7)}  ${what} (at most ${atMost})`;
  return value <= atMost
    ? line
    : [line, ...found.slice(0, mostShown).map(each => `        ${each}`)].join('\n');
}

function counted(what: string, found: readonly string[], atMost: number): Measured {
  return { what, value: found.length, atMost, found };
}

function wideLines(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) => (columnsOf(line) > widest ? [`${path}:${index + 1}`] : [])),
  );
}

// A character outside the basic plane is one column, as editors count.
function columnsOf(line: string): number {
  return line.length <= widest ? line.length : [...line].length;
}

function repeatedTypes(files: readonly SourceFile[]): string[] {
  const placesByName = new Map<string, string[]>();
  for (const { path, text } of files) {
    if (!path.startsWith('src/') || isTest(path)) continue;
    for (const [, name = ''] of text.matchAll(/^(?:export )?(?:interface|type) (\w+)/gm)) {
      placesByName.set(name, [...(placesByName.get(name) ?? []), path]);
    }
  }
  return [...placesByName]
    .filter(([, places]) => places.length > 1)
    .map(([name, places]) => `${name}: ${places.join(', ')}`);
}

function fullFolders(files: readonly SourceFile[]): string[] {
  const countByFolder = new Map<string, number>();
  for (const { path } of files) {
    if (!/^(?:src|apps)\//.test(path) || isTest(path)) continue;
    const folder = path.slice(0, path.lastIndexOf('/'));
    countByFolder.set(folder, (countByFolder.get(folder) ?? 0) + 1);
  }
  return [...countByFolder]
    .filter(([, count]) => count > mostFilesInFolder)
    .map(([folder, count]) => `${folder}: ${count} files`);
}

function mainNames(files: readonly SourceFile[]): string[] {
  const main = files.find(({ path }) => path === 'src/index.ts');
  return main ? namesIn(main.text).map(({ name }) => name) : [];
}
