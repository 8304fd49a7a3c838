import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

/** A server that the suite started, and stops again. */
export interface Started {
  readonly url: string;
  stop(): Promise<void>;
}

/** How a program that serves is started. */
export interface Starting {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where it will listen; absent where it prints its address as its first line. */
  readonly url?: string;
  /** What it answers with 200 when it is ready, such as `/health`. */
  readonly ready: string;
  readonly limitMs?: number;
}

const running = new Set<ChildProcess>();
// However the suite ends, no server is left behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.on('exit', () => {
  for (const child of running) killAll(child);
});

function killAll({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** Starts a server and waits until it is ready. @throws Error where it never is */
export async function startServer({
  command,
  args,
  env,
  url,
  ready,
  limitMs = 120_000,
}: Starting): Promise<Started> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: servers start others, which do not end with them.
    detached: true,
  });
  running.add(child);
  let said = '';
  const ended = new Promise<void>(done => {
    child.on('error', () => done());
    child.on('exit', () => done());
  }).then(() => void running.delete(child));
  const heard = (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-4000);
  };
  child.stderr.on('data', heard);
  const printed = new Promise<string>(done => {
    child.stdout.on('data', (chunk: Buffer) => {
      heard(chunk);
      const found = /https?:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (found) done(found[0]);
    });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    const late = setTimeout(() => killAll(child), 5000);
    await ended;
    clearTimeout(late);
  };
  const begun = Date.now();
  const at = url ?? (await Promise.race([printed, ended.then(() => '')]));
  while (running.has(child) && Date.now() - begun < limitMs) {
    const answer = await fetch(`${at}${ready}`, { signal: AbortSignal.timeout(5000) }).catch(
      () => undefined,
    );
    if (answer?.ok) return { url: at, stop };
    await new Promise(done => setTimeout(done, 200));
  }
  await stop();
  throw new Error(`${command} did not serve ${ready}: ${said.trim().slice(-600)}`);
}

/** Whether a program is there and can be started with these words. */
export function runs(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): boolean {
  return (
    spawnSync(command, args, { env: { ...process.env, ...env }, timeout: 60_000 }).status === 0
  );
}

/** A port of loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise(done => server.close(done));
  return port;
}
