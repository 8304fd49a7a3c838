import { type ChildProcess, fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A server of a proof in a process of its own; it tells its address, and at every message how it
 * stands.
 */
export interface ServerProcess<Standing> {
  readonly url: string;
  /** What else it told when it had started. */
  readonly told: Readonly<Record<string, unknown>>;
  /** What it has written to its log. */
  log(): string;
  isAlive(): boolean;
  report(): Promise<Standing>;
  send(message: 'reset' | 'end'): void;
  close(): Promise<void>;
  kill(): void;
}

/** Starts a server of a proof: a file of this folder, with its arguments. */
export async function startServerProcess<Standing>(
  file: string,
  args: readonly string[] = [],
  flags: readonly string[] = [],
): Promise<ServerProcess<Standing>> {
  const child = fork(join(import.meta.dirname, file), args, {
    silent: true,
    execArgv: ['--expose-gc', ...flags],
    // A thread that reads documents is started anew after a broken one: its code is kept compiled.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'tandem-proofs') },
  });
  let log = '';
  for (const pipe of [child.stdout, child.stderr]) pipe?.on('data', piece => (log += piece));
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  // What is sent to one that has ended meanwhile.
  child.on('error', () => {});
  const { url, ...told } = (await Promise.race([
    message(child),
    ended.then(() => ({ url: '' })),
  ])) as {
    url: string;
  };
  if (url === '') throw new Error(`${file} did not start: ${log}`);
  return {
    url,
    told,
    log: () => log,
    // One that is out of memory ends by a signal.
    isAlive: () => child.exitCode === null && child.signalCode === null && child.connected,
    report() {
      const next = message(child);
      child.send('report');
      const gone = ended.then(() => Promise.reject(new Error(`${file} ended: ${log.slice(-800)}`)));
      return Promise.race([next, gone]) as Promise<Standing>;
    },
    send: what => void child.send(what),
    async close() {
      if (child.exitCode === null && child.connected) child.send('end');
      await ended;
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

function message(child: ChildProcess): Promise<unknown> {
  return new Promise(resolve => child.once('message', resolve));
}
