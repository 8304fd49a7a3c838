import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** How the gateway of a proof stands. */
export interface Standing {
  readonly begun: number;
  readonly ended: number;
  readonly warnings: readonly string[];
  readonly rss: number;
  readonly heapUsed: number;
  readonly delayP99Ms: number;
}

/** A gateway in a process of its own. */
export interface GatewayProcess {
  readonly url: string;
  /** What it has written to its log. */
  log(): string;
  isAlive(): boolean;
  report(): Promise<Standing>;
  send(message: 'reset' | 'end'): void;
  close(): Promise<void>;
}

/** Starts the gateway of a proof. */
export async function startGatewayProcess(): Promise<GatewayProcess> {
  const child = fork(join(import.meta.dirname, 'gateway-child.ts'), { silent: true, execArgv: ['--expose-gc'] });
  let log = '';
  for (const pipe of [child.stdout, child.stderr]) pipe?.on('data', piece => (log += piece));
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const { url } = (await Promise.race([message(child), ended.then(() => ({ url: '' }))])) as { url: string };
  if (url === '') throw new Error(`The gateway did not start: ${log}`);
  return {
    url,
    log: () => log,
    isAlive: () => child.exitCode === null,
    report() {
      const next = message(child);
      child.send('report');
      return next as Promise<Standing>;
    },
    send: what => void child.send(what),
    async close() {
      if (child.exitCode === null) child.send('end');
      await ended;
    },
  };
}

function message(child: ChildProcess): Promise<unknown> {
  return new Promise(resolve => child.once('message', resolve));
}
