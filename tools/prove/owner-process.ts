import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How long the runs of the proof are held without a renewal, in milliseconds. */
export const ownerLeaseMs = 1000;

/** Calls that a process has in flight: what a cut can make paid again. */
export const ownerLanes = 8;

/** What a process tells of itself. */
export type OwnerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'asks'; readonly atMs: number }
  | {
      readonly kind: 'ended';
      readonly output: string;
      /** Code of the error; empty if there was none. */
      readonly code: string;
      readonly data: Readonly<Record<string, unknown>>;
    };

/** What it is told: to ask for the run, or to stop itself inside its next write. */
export type OwnerOrder = 'ask' | 'stop inside';

type Ended = Extract<OwnerMessage, { kind: 'ended' }>;

/** Where the processes of one run meet. */
export interface RunFiles {
  /** Of the store: a file, or the address of a Postgres. */
  readonly path: string;
  readonly log: string;
  readonly calls: number;
  /** Calls in flight. Default: `ownerLanes`. */
  readonly lanes?: number;
  /** Milliseconds of a call. Default: some 30. */
  readonly callMs?: number;
}

/** A process that wants a run, or has it. */
export interface OwnerProcess {
  readonly pid: number;
  /** Waits until it has loaded its program and opened the file. */
  readonly ready: Promise<void>;
  /** Makes it ask for the run; resolves with when it has, in milliseconds since 1970. */
  ask(): Promise<number>;
  /** What it came to; `undefined` if it died without a word. */
  readonly ended: Promise<Ended | undefined>;
  hasEnded(): boolean;
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  tell(order: OwnerOrder): void;
  isStopped(): boolean;
}

/** Starts a process that is to ask for the run, to wait for it and to go on with it. */
export function startOwner(files: RunFiles): OwnerProcess {
  const { path, log, calls, lanes = ownerLanes, callMs = 0 } = files;
  const args = [path, log, ...[calls, lanes, callMs].map(String)];
  const child = fork(join(import.meta.dirname, 'owner-child.ts'), args, { silent: true });
  const pid = child.pid ?? 0;
  let said = '';
  child.stderr?.on('data', piece => (said += piece));
  let isOver = false;
  const ended = endOf(child).then(end => {
    isOver = true;
    if (end === undefined && child.signalCode === null)
      throw new TypeError(`a process ended without a word: ${said}`);
    return end;
  });
  return {
    pid,
    ready: told(child, 'ready').then(() => {}),
    async ask() {
      const asked = told(child, 'asks');
      child.send('ask' satisfies OwnerOrder);
      return (await asked).atMs;
    },
    ended,
    hasEnded: () => isOver,
    signal: name => void child.kill(name),
    tell: order => void child.send(order),
    isStopped: () => /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')),
  };
}

function told<Kind extends OwnerMessage['kind']>(child: ChildProcess, kind: Kind) {
  return new Promise<Extract<OwnerMessage, { kind: Kind }>>((resolve, reject) => {
    child.on('message', (message: OwnerMessage) => {
      if (message.kind === kind) resolve(message as Extract<OwnerMessage, { kind: Kind }>);
    });
    child.once('exit', () =>
      reject(
        new TypeError(`a process ended before it was ${kind === 'ready' ? 'ready' : 'asked'}`),
      ),
    );
  });
}

function endOf(child: ChildProcess): Promise<Ended | undefined> {
  return new Promise(resolve => {
    let end: Ended | undefined;
    child.on('message', (message: OwnerMessage) => {
      if (message.kind === 'ended') end = message;
    });
    child.once('close', () => resolve(end));
  });
}

/** A call that was paid. */
export interface Payment {
  readonly call: number;
  readonly pid: number;
  readonly atMs: number;
}

/** Reads what was paid for, in order. */
export function paymentsIn(log: string): Payment[] {
  if (!existsSync(log)) return [];
  const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
  return lines.map(line => {
    const [call = 0, pid = 0, atMs = 0] = line.split(' ').map(Number);
    return { call, pid, atMs };
  });
}
