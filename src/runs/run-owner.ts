import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { nodeCrypto } from '../model/node-crypto.ts';

/** Who holds runs: this process, for one journal. */
export interface RunOwner {
  /**
   * As the store has it: `PID on HOST`, the machine that can tell whether the process lives, and a
   * number of its own.
   */
  readonly text: string;
}

let machine: string | undefined;

// Two containers may share a host's name, but see no processes of each other.
function thisMachine(): string {
  machine ??= [
    read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    read(() => readlinkSync('/proc/self/ns/pid')),
  ].join('/');
  return machine;
}

function read(source: () => string): string {
  try {
    return source();
  } catch {
    // Not Linux: the name of the host has to do.
    return '';
  }
}

/** Names this process as an owner, each time another one. */
export function runOwner(): RunOwner {
  return {
    text:
      `${process.pid} on ${hostname()} | ${thisMachine()} | ` +
      `${nodeCrypto().randomBytes(6).toString('base64url')}`,
  };
}

/** An owner in words: `the process 4242 on host`. */
export function describeOwner(text: string): string {
  const [name = ''] = text.split(' | ');
  return name === '' ? 'another process' : `the process ${name}`;
}

/**
 * Tells whether an owner is a process of this machine that has ended: its lease need not be waited
 * for.
 */
export function isDead(text: string): boolean {
  const [name = '', machineOf] = text.split(' | ');
  const [, pid, host] = /^(\d+) on (.*)$/.exec(name) ?? [];
  if (pid === undefined || host !== hostname() || machineOf !== thisMachine()) return false;
  if (Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

// A process that was killed and not yet reaped writes nothing more.
function isZombie(pid: string): boolean {
  const state = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return /\) [ZX] /.test(state);
}
