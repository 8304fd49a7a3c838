import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** A checkout of the repository that can be run. */
export interface Tree {
  /** `old` or `new`. */
  readonly name: 'old' | 'new';
  readonly folder: string;
  /** The commit, or what stands in the working folder. */
  readonly commit: string;
  close(): void;
}

const lock = 'package-lock.json';
const root = resolve(import.meta.dirname, '../..');

/** The working tree, with what is not committed. */
export function workingTree(): Tree {
  return {
    name: 'new',
    folder: root,
    commit: `${git('rev-parse', '--short', 'HEAD')}, as it lies here`,
    close() {},
  };
}

/**
 * Checks a commit out beside the working tree. It shares `node_modules` where the lock is the same;
 * else it gets its own, and is kept for the next time. @throws where git does not know the ref
 */
export function treeOf(ref: string): Tree {
  const commit = git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`);
  const hasSameLock =
    git('show', `${commit}:package-lock.json`) === readFileSync(join(root, lock), 'utf8').trim();
  // One that is taken away again is nobody else's.
  const folder = join(
    tmpdir(),
    'tandem-bench-trees',
    hasSameLock ? `${commit}-${process.pid}` : commit,
  );
  if (!existsSync(join(folder, 'package.json'))) {
    mkdirSync(dirname(folder), { recursive: true });
    git('worktree', 'add', '--force', '--detach', folder, commit);
  }
  const modules = join(folder, 'node_modules');
  if (hasSameLock && !existsSync(modules))
    symlinkSync(join(root, 'node_modules'), modules, 'junction');
  // npm writes this file last: an installation that was broken off is begun again.
  if (!hasSameLock && !existsSync(join(modules, '.package-lock.json'))) install(folder);
  const close = () => void (hasSameLock && git('worktree', 'remove', '--force', folder));
  return { name: 'old', folder, commit: commit.slice(0, 7), close };
}

// What is benched is run by this Node, so that the one among the packages need not be fetched.
function install(folder: string): void {
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
  });
}

function git(...args: string[]): string {
  return execFileSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}
