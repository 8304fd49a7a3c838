import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Points every default port at one that nobody listens on, so that what runs beside the tests is
 * not found.
 */
export const nowhere = 'http://127.0.0.1:9';
/** Those variables. */
export const elsewhere = Object.fromEntries(
  ['OLLAMA', 'LMSTUDIO', 'LLAMA_SERVER', 'VLLM', 'MLX'].map(name => [`${name}_ENDPOINT`, nowhere]),
);

interface Spawning {
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What is typed. Default: nothing, and no end. */
  readonly input?: string;
  /** Is handed what ends the command by a signal. Default: as Ctrl-C does. */
  readonly onStart?: (end: (signal?: NodeJS.Signals) => void) => void;
  /** What `onStart` ends it by where nothing else is said. Default: `SIGINT`. */
  readonly signal?: NodeJS.Signals;
  /** Ends the command once it has said this on stderr. */
  readonly endsAt?: string;
  /** Is handed all that it has said on stderr, each time it says more. */
  readonly onSaid?: (err: string) => void;
}

/**
 * Runs the command line in a process of its own, in a folder, for tests; only what is given is in
 * its environment.
 */
export function spawnTandem(
  args: readonly string[],
  { folder, env = {}, input, onStart, onSaid, endsAt, signal = 'SIGINT' }: Spawning,
): Promise<Ended> {
  return new Promise(done => {
    const child = spawn(process.execPath, [resolve('bin/tandem.mjs'), ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', HOME: folder, NO_COLOR: '1', ...elsewhere, ...env },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', chunk => {
      out += chunk;
    });
    child.stderr.on('data', chunk => {
      const isNew = endsAt !== undefined && !err.includes(endsAt);
      err += chunk;
      onSaid?.(err);
      if (isNew && err.includes(endsAt)) child.kill(signal);
    });
    if (input !== undefined) child.stdin.end(input);
    child.on('close', code => done({ code, out, err }));
    onStart?.(given => child.kill(typeof given === 'string' ? given : signal));
  });
}
