// A git work tree: its sources, a diff of what was changed, and the writing of it.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FileSet } from 'tandem/solve';

const mostFiles = 200;
const mostCharacters = 40_000;

/** Reads the TypeScript that git knows in a folder. @throws Error that says what is wrong */
export function readTree(folder: string): FileSet {
  const files: Record<string, string> = {};
  for (const path of git(folder, [
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
    '--',
    '.',
  ]).split('\0')) {
    if (!/\.(?:ts|mts|json)$/.test(path) || Object.keys(files).length >= mostFiles) continue;
    const text = readFileSync(join(folder, path), 'utf8');
    if (text.length <= mostCharacters) files[path] = text;
  }
  if (Object.keys(files).some(path => path.endsWith('.ts'))) return files;
  throw new Error(`Git knows no TypeScript in ${folder}. Give a work tree that has some by --dir.`);
}

/** Whether nothing stands in the folder that git has not. */
export function isClean(folder: string): boolean {
  return git(folder, ['status', '--porcelain', '--', '.']).trim() === '';
}

function git(folder: string, args: readonly string[]): string {
  try {
    return execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    throw new Error(`${folder} is no git work tree. Give one by --dir, or run \`git init\` there.`);
  }
}

/** The files that differ. */
export function changed(before: FileSet, after: FileSet): string[] {
  return Object.keys(after).filter(path => before[path] !== after[path]);
}

/** Writes a diff of two sets of files. */
export function diffOf(before: FileSet, after: FileSet): string {
  const folder = mkdtempSync(join(tmpdir(), 'code-assistant-'));
  try {
    for (const path of changed(before, after)) {
      place(join(folder, 'a', path), before[path] ?? '');
      place(join(folder, 'b', path), after[path]!);
    }
    const args = ['diff', '--no-index', '--no-color', '--no-prefix', 'a', 'b'];
    // It ends with 1 where there is a difference.
    return spawnSync('git', args, { cwd: folder, encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes what was changed into a folder; says which files. */
export function writeTree(folder: string, before: FileSet, after: FileSet): string[] {
  const paths = changed(before, after);
  for (const path of paths) place(join(folder, path), after[path]!);
  return paths;
}

function place(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
