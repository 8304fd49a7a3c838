// The red flags: what the compiler and the tests say of files that a model wrote.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { commandCheck, type FileSet } from 'tandem/solve';

/** Says what is wrong with files; `undefined` if nothing is. */
export type Check = (files: FileSet) => Promise<string | undefined>;

/** What is run over files. */
export interface CheckOptions {
  /** A `node_modules` folder that the files may import from. */
  readonly modules?: string | undefined;
  /** The test file, from the folder; without one the compiler alone is asked. */
  readonly test?: string | undefined;
  /** Whether the compiler is asked. Default: true. */
  readonly compile?: boolean;
}

const ownModules = join(import.meta.dirname, '../../node_modules');

/**
 * Makes a check of the compiler, then of the tests. Tests run what a model wrote: they may read
 * their own folder and nothing else, write nothing, and start nothing (Node's permission model,
 * which does not close the network). The same files are checked once.
 */
export function checksOf({ modules, test, compile = true }: CheckOptions): Check {
  const compiler = join(modules ?? ownModules, '.bin/tsc');
  const known = new Map<string, Promise<string | undefined>>();
  const shared = modules !== undefined && existsSync(modules) ? { modules } : {};
  const compiles = compile
    ? commandCheck({ command: [compiler, '--noEmit', '-p', '.'], ...shared })
    : async () => undefined;
  const passes =
    test === undefined
      ? undefined
      : commandCheck({
          command: [process.execPath, '--permission', '--allow-fs-read=.', test],
          ...shared,
          timeoutMs: 20_000,
        });
  return files => {
    const key = JSON.stringify(files);
    const found = known.get(key) ?? compiles(files).then(async fault => fault ?? passes?.(files));
    known.set(key, found);
    return found;
  };
}
