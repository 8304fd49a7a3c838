import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { postgresFolder } from './install.ts';

/** A Postgres of one's own: in a folder of its own, on a free port of loopback. */
export interface OwnPostgres extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Of its first process, as it runs now. */
  pid(): number;
  /** What proves its certificate; absent where none could be made. */
  readonly ca: string | undefined;
  /** Ends it at once, as a power failure does. */
  kill(): void;
  /** Starts it again, on the same data. */
  start(): Promise<void>;
}

/** Who may run a Postgres: not root. */
const nobody = 65_534;

/** Starts a Postgres; undefined where its programs are not there. */
export async function startPostgres(
  options: { readonly isSafe?: boolean } = {},
): Promise<OwnPostgres | undefined> {
  const bin = postgresFolder();
  if (bin === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'tandem-postgres-'));
  chmodSync(folder, 0o755);
  if (isRoot()) chownSync(folder, nobody, nobody);
  const port = await lastingPort();
  const data = join(folder, 'data');
  const how = ['-A', 'trust', '-U', 'tandem', '--no-sync', '--no-locale', '-E', 'UTF8'];
  must(bin, 'initdb', ['-D', data, ...how]);
  const ca = certificateIn(folder);
  const settings = settingsOf({ folder, port, ca, isSafe: options.isSafe === true });
  const control = (...args: string[]) =>
    spawnSync(join(bin, 'pg_ctl'), ['-D', data, ...args], { ...asNobody(), stdio: 'ignore' });
  const start = async () => {
    // One that was killed holds its lock until it is reaped.
    for (let tries = 0; tries < 100; tries++) {
      const args = ['-w', '-t', '20', '-l', join(folder, 'log'), '-o', settings, 'start'];
      if (control(...args).status === 0) return;
      await pause(100);
    }
    throw new Error(`Postgres does not start; see ${join(folder, 'log')}`);
  };
  await start();
  must(bin, 'createdb', ['-h', '127.0.0.1', '-p', String(port), '-U', 'tandem', 'tandem']);
  return {
    url: `postgres://tandem@127.0.0.1:${port}/tandem`,
    port,
    pid: () => Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10),
    ca,
    kill: () => void control('-m', 'immediate', 'stop'),
    start,
    async [Symbol.asyncDispose]() {
      control('-m', 'immediate', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function settingsOf(by: {
  readonly folder: string;
  readonly port: number;
  readonly ca: string | undefined;
  readonly isSafe: boolean;
}): string {
  const { folder, port, ca, isSafe } = by;
  return [
    `-p ${port}`,
    '-c listen_addresses=127.0.0.1',
    `-c unix_socket_directories=${folder}`,
    '-c shared_buffers=64MB -c max_connections=100',
    // A crash loses what fsync would have kept: only who kills it needs that.
    ...(isSafe ? [] : ['-c fsync=off']),
    ...(ca ? [`-c ssl=on -c ssl_cert_file=${ca} -c ssl_key_file=${join(folder, 'key.pem')}`] : []),
  ].join(' ');
}

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  return (await listenedAt(0))!;
}

/**
 * A port that stays free while its server is away: below those that a system gives to whoever
 * connects, who may else be connected to themselves.
 */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = await listenedAt(15_000 + Math.floor(Math.random() * 15_000));
    if (port !== undefined) return port;
  }
}

function listenedAt(wanted: number): Promise<number | undefined> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** How a program is started that refuses root. */
export function asNobody(): { uid?: number; gid?: number; cwd: string } {
  return isRoot() ? { uid: nobody, gid: nobody, cwd: tmpdir() } : { cwd: tmpdir() };
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function must(bin: string, program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(join(bin, program), args, {
    ...asNobody(),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
}

// For localhost, and an hour.
function certificateIn(folder: string): string | undefined {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const { status } = spawnSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '1',
      '-keyout',
      key,
      '-out',
      certificate,
      ...subject,
    ],
    { stdio: 'ignore' },
  );
  if (status !== 0 || !existsSync(key)) return undefined;
  chmodSync(key, 0o600);
  if (isRoot()) for (const file of [key, certificate]) chownSync(file, nobody, nobody);
  return certificate;
}

/** Starts pgbouncer in transaction mode in front of a Postgres; undefined where it is not there. */
export async function startBouncer(
  behind: number,
): Promise<(AsyncDisposable & { readonly url: string }) | undefined> {
  const program = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'].find(existsSync);
  if (program === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bouncer-'));
  chmodSync(folder, 0o755);
  if (isRoot()) chownSync(folder, nobody, nobody);
  const port = await freePort();
  const file = join(folder, 'bouncer.ini');
  writeFileSync(
    file,
    `[databases]\ntandem = host=127.0.0.1 port=${behind} dbname=tandem user=tandem\n[pgbouncer]\n` +
      `listen_addr = 127.0.0.1\nlisten_port = ${port}\nauth_type = any\nunix_socket_dir =\n` +
      'pool_mode = transaction\ndefault_pool_size = 4\nmax_client_conn = 200\n' +
      `logfile = ${join(folder, 'log')}\npidfile = ${join(folder, 'pid')}\n`,
  );
  const { spawn } = await import('node:child_process');
  const child = spawn(program, [file], { ...asNobody(), stdio: 'ignore' });
  await pause(500);
  return {
    url: `postgres://tandem@127.0.0.1:${port}/tandem`,
    async [Symbol.asyncDispose]() {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
