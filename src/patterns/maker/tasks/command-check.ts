import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { TandemError } from '../../../model/errors.ts';
import type { FileSet } from './refactoring.ts';

/** A command that says whether files are in order. */
export interface CommandCheckOptions {
  /**
   * Program and arguments, such as `['/path/to/tsc', '--noEmit', '-p', '.']`. It must only read the
   * files.
   */
  readonly command: readonly [program: string, ...options: string[]];
  /** Files that stand beside those under check, such as `tsconfig.json`. */
  readonly beside?: FileSet;
  /** A `node_modules` folder that the files may import from. */
  readonly modules?: string;
  /** Milliseconds for one check. Default: 60,000. */
  readonly timeoutMs?: number;
}

/**
 * Makes a check of a command: the files are written to a folder of their own, the command is run in
 * it, and the first line that it says is the fault if it does not end with 0. The files were
 * written by a model: give a command that reads them (a compiler, a linter), not one that runs
 * them.
 * @throws TandemError `invalid_argument` for a program that cannot be started or a path that leads
 * out of the folder
 * @example
 * ```ts
 * const compiles = commandCheck({ command: ['npx', 'tsc', '--noEmit'] });
 * ```
 */
export function commandCheck(
  options: CommandCheckOptions,
): (files: FileSet) => Promise<string | undefined> {
  const { command, beside = {}, modules, timeoutMs = 60_000 } = options;
  return async files => {
    const folder = await mkdtemp(join(tmpdir(), 'tandem-check-'));
    try {
      for (const [path, text] of Object.entries({ ...beside, ...files }))
        await write(folder, path, text);
      if (modules !== undefined) await symlink(modules, join(folder, 'node_modules'), 'dir');
      return await faultOf(command, { folder, timeoutMs });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

async function write(folder: string, path: string, text: string): Promise<void> {
  const inside = normalize(path);
  if (inside.startsWith('..') || inside.startsWith('/') || /^[A-Za-z]:/.test(inside)) {
    throw new TandemError(
      'invalid_argument',
      `The path "${path}" leads out of the folder of the files. Give a path below it.`,
      { data: { path } },
    );
  }
  await mkdir(dirname(join(folder, inside)), { recursive: true });
  await writeFile(join(folder, inside), text);
}

function faultOf(
  [program, ...given]: CommandCheckOptions['command'],
  { folder, timeoutMs }: { folder: string; timeoutMs: number },
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, given, {
      cwd: folder,
      timeout: timeoutMs,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const add = (chunk: Buffer) => {
      if (output.length < 10_000) output += chunk;
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.on('error', error => {
      const message =
        `The check "${program}" cannot be started: ${error.message}. Give the path ` +
        'of the program.';
      reject(new TandemError('invalid_argument', message, { cause: error }));
    });
    child.on('close', code => {
      const [first = 'it says nothing'] = output.trim().split('\n');
      resolve(code === 0 ? undefined : `refused by the check: ${first.slice(0, 120)}`);
    });
  });
}
