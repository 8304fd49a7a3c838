import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What a generator did to a copy of the sources. */
export interface Trial {
  /** Files that were not there before, from the root. */
  readonly created: readonly string[];
  /** Lines that each other file got, by path. */
  readonly added: Readonly<Record<string, readonly string[]>>;
  /** Lines that are gone. */
  readonly removed: number;
  /**
   * Runs a program of the packages in the copy and returns what it wrote. @throws where it fails
   */
  run(program: string, ...args: string[]): string;
  /**
   * Checks the types of what was written, and of all that it imports. @throws where they do not fit
   */
  typecheck(): void;
  [Symbol.dispose](): void;
}

const copied = [
  'src',
  'apps/gateway/index.ts',
  'docs/moved-names.json',
  'tools',
  'models',
  'package.json',
  'tsconfig.json',
  'biome.json',
  'vitest.config.ts',
  '.gitignore',
];

/** Runs a generator of tools/ in a copy of the sources, which is taken away at the end. */
export function trialOf(generator: string, ...args: string[]): Trial {
  const folder = copyOfSources();
  const before = textsIn(folder);
  execute(folder, process.execPath, join('tools', generator), ...args);
  const after = textsIn(folder);
  const kept = [...after].filter(([path, text]) => before.has(path) && before.get(path) !== text);
  const created = [...after.keys()].filter(path => !before.has(path)).sort();
  const lost = kept.map(([path, text]) => linesOnlyIn(before.get(path)!, text).length);
  const run = (program: string, ...args: string[]) =>
    execute(folder, join(folder, 'node_modules/.bin', program), ...args);
  return {
    created,
    added: Object.fromEntries(
      kept.map(([path, text]) => [path, linesOnlyIn(text, before.get(path)!)]),
    ),
    removed: lost.reduce((sum, each) => sum + each, 0),
    run,
    typecheck() {
      const include = [...created, ...kept.map(([path]) => path)];
      writeFileSync(
        join(folder, 'trial.json'),
        JSON.stringify({ extends: './tsconfig.json', include }),
      );
      run('tsc', '-p', 'trial.json');
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function copyOfSources(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-trial-'));
  for (const each of copied.filter(path => existsSync(path))) {
    cpSync(each, join(folder, each), {
      recursive: true,
      filter: path => !/node_modules|\.gguf$/.test(path),
    });
  }
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'), 'junction');
  // The linter asks git what it ignores.
  execute(folder, 'git', 'init', '-q');
  return folder;
}

function execute(folder: string, program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

function textsIn(folder: string): Map<string, string> {
  // The list of all names is written from the others.
  const paths = globSync('{src,tools}/**/*.{ts,md}', {
    cwd: folder,
    exclude: ['tools/all-names.ts', 'tools/shown-examples.ts'],
  }).map(path => path.replaceAll('\\', '/'));
  return new Map(paths.map(path => [path, readFileSync(join(folder, path), 'utf8')]));
}

function linesOnlyIn(text: string, other: string): string[] {
  const known = new Set(other.split('\n'));
  return text.split('\n').filter(line => !known.has(line));
}
