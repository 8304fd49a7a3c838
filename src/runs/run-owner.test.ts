import { spawn, spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { describeOwner, isDead, runOwner } from './run-owner.ts';

const named = (pid: number | undefined, text = runOwner().text) =>
  text.replace(/^\d+/, String(pid));

describe('an owner of runs', () => {
  it('is this process, by another name each time', () => {
    const [one, two] = [runOwner().text, runOwner().text];
    expect(one).not.toBe(two);
    expect(describeOwner(one)).toBe(`the process ${process.pid} on ${hostname()}`);
    expect(describeOwner('')).toBe('another process');
  });
});

describe('whether an owner is dead', () => {
  const { pid: ended } = spawnSync(process.execPath, ['-e', '']);

  it('is known of processes of this machine', async () => {
    expect(isDead(runOwner().text)).toBe(false);
    expect(isDead(named(ended))).toBe(true);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    expect(isDead(named(child.pid))).toBe(false);
    child.kill('SIGKILL');
    await new Promise(resolve => child.once('exit', resolve));
    expect(isDead(named(child.pid))).toBe(true);
  });

  it('is not known of other machines, containers and texts', () => {
    expect(isDead(named(ended).replace(hostname(), 'another-host'))).toBe(false);
    expect(isDead(named(ended).replace(' | ', ' | elsewhere'))).toBe(false);
    for (const text of ['', 'somebody', '| |', '12 on']) expect(isDead(text)).toBe(false);
  });
});
