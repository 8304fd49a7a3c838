import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Something that answers chat completions over HTTP. */
export interface Contestant {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string;
  readonly process: ChildProcess;
}

/** Everything that is measured, each in a process of its own. */
export interface Field {
  readonly direct: Contestant;
  readonly floor: Contestant;
  /** The floor with Tandem's own client in the leaf: what of the difference is the client's. */
  readonly ownFloor: Contestant;
  readonly tandem: Contestant;
  readonly routed: Contestant;
  readonly portkey: Contestant;
  /** LiteLLM's proxy, with one worker, where `LITELLM_PROGRAM` says where it is. */
  readonly litellm?: Contestant;
  close(): void;
}

const here = import.meta.dirname;

/** Starts the double, the floor, Tandem with its journal on, and Portkey as pinned. */
export async function openField(): Promise<Field> {
  installPortkey();
  execFileSync('npm', ['run', '-s', 'build'], { cwd: resolve(here, '../..'), stdio: 'ignore' });
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
  const ports = await Promise.all(Array.from({ length: 7 }, freePort));
  const [
    upstreamPort = 0,
    floorPort = 0,
    tandemPort = 0,
    routedPort = 0,
    portkeyPort = 0,
    ownPort = 0,
    litellmPort = 0,
  ] = ports;
  const upstream = `http://127.0.0.1:${upstreamPort}/v1`;
  const { run, start, killAll } = processesIn(folder);
  const serve = (port: number) => start(...serving(port, folder));
  const startProgram = (program: string, port: number, ...more: string[]) =>
    start(join(here, program), String(port), ...more);
  writeFileSync(join(folder, 'tandem.config.json'), JSON.stringify(configOf(upstream)));
  const field = {
    direct: contestant(
      'the double itself',
      startProgram('upstream.ts', upstreamPort),
      upstreamPort,
    ),
    floor: contestant('floor', startProgram('floor.ts', floorPort, upstream), floorPort),
    ownFloor: contestant(
      'floor, own client',
      startProgram('floor.ts', ownPort, upstream, 'own'),
      ownPort,
    ),
    tandem: contestant('tandem', serve(tandemPort), tandemPort),
    routed: { ...contestant('tandem, routed', serve(routedPort), routedPort), model: 'routed' },
    portkey: portkeyAt(portkeyPort, upstream, start),
    ...litellmAt(litellmPort, upstream, { folder, run }),
    close() {
      killAll();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await Promise.all(ports.slice(0, field.litellm ? 7 : 6).map(listening));
  return field;
}

// Tandem with a journal of its own.
function serving(port: number, folder: string): string[] {
  const journal = join(folder, `${port}.db`);
  return [join(here, 'tandem.mjs'), 'serve', '--port', String(port), '--journal', journal];
}

function processesIn(folder: string) {
  const children: ChildProcess[] = [];
  const run = (program: string, ...args: string[]): ChildProcess => {
    const env = { ...process.env, NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1' };
    const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    drain(child);
    children.push(child);
    return child;
  };
  return {
    run,
    start: (...args: string[]) => run(process.execPath, ...args),
    killAll() {
      for (const child of children) child.kill('SIGKILL');
    },
  };
}

const portkeyProgram = resolve(
  here,
  '../portkey/node_modules/@portkey-ai/gateway/build/start-server.js',
);

/** Starts Portkey at a port, before an upstream. */
function portkeyAt(
  port: number,
  upstream: string,
  start: ReturnType<typeof processesIn>['start'],
): Contestant {
  const child = start(portkeyProgram, `--port=${port}`, '--headless');
  return { ...contestant('portkey', child, port), headers: portkeyHeaders(upstream) };
}

// Its own program, installed by whoever compares: `pip install "litellm[proxy]"`.
function litellmAt(
  port: number,
  upstream: string,
  { folder, run }: { folder: string; run: ReturnType<typeof processesIn>['run'] },
): Pick<Field, 'litellm'> {
  const program = process.env.LITELLM_PROGRAM;
  if (!program) return {};
  const config = join(folder, 'litellm.json');
  const params = { model: 'openai/double', api_base: upstream, api_key: 'none' };
  writeFileSync(
    config,
    JSON.stringify({
      model_list: [{ model_name: 'plain', litellm_params: params }],
      // It does not start without a key of its own otherwise.
      general_settings: { dangerously_permit_weak_or_unset_master_key: true },
    }),
  );
  const args = ['--config', config, '--port', String(port), '--host', '127.0.0.1'];
  return { litellm: contestant('litellm', run(program, ...args, '--num_workers', '1'), port) };
}

function portkeyHeaders(upstream: string): Contestant['headers'] {
  return {
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': upstream,
    authorization: 'Bearer none',
  };
}

function contestant(name: string, child: ChildProcess, port: number): Contestant {
  return {
    name,
    url: `http://127.0.0.1:${port}/v1/chat/completions`,
    headers: {},
    model: 'plain',
    process: child,
  };
}

/** Resident memory of a contestant, in megabytes. */
export function memoryOf({ process: { pid } }: Contestant): number {
  const [, kilobytes = '0'] =
    /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** Processor time a contestant has used so far, in milliseconds, in steps of ten. */
export function processorMsOf({ process: { pid } }: Contestant): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** A configuration of plain and routed models over an upstream. */
export function configOf(upstream: string): object {
  const endpoint = { endpoint: upstream };
  return {
    gateway: { state: ':memory:' },
    models: {
      plain: { spec: 'openai-compatible:double', ...endpoint },
      local: { spec: 'openai-compatible:small', ...endpoint },
      cloud: { spec: 'openai-compatible:large', ...endpoint, place: 'device' },
    },
    patterns: { routed: { pattern: 'router' } },
  };
}

function installPortkey(): void {
  const folder = resolve(here, '../portkey');
  if (existsSync(join(folder, 'node_modules/@portkey-ai/gateway'))) return;
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder], {
    stdio: 'inherit',
  });
}

/** Finds a port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise(done => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

/** Waits until something answers at a port. */
export async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 900; tries++) {
    const isUp = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await new Promise(done => setTimeout(done, 100));
  }
}

// A pipe that nobody reads blocks the process that writes to it.
function drain(child: ChildProcess): void {
  child.stdout?.resume();
  if (process.env.BENCH_VERBOSE) child.stderr?.pipe(process.stderr);
  else child.stderr?.resume();
}
