import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFileWhole } from './write-whole.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-full-'));
const program = resolve('bin/tandem.mjs');

function run(args: string, to: string, cwd = folder) {
  const command = `"${process.execPath}" "${program}" ${args} ${to}`;
  const env = { PATH: process.env.PATH, HOME: folder, TANDEM_DISCOVERY: 'off' };
  return spawnSync('bash', ['-c', command], { cwd, env, encoding: 'utf8' });
}

describe.runIf(existsSync('/dev/full'))('an output without room', () => {
  it.each(['--help', 'prices', 'models', 'validate --schema'])(
    'of `%s` is an error of three parts',
    args => {
      const { status, stderr } = run(args, '> /dev/full');
      expect(status).toBe(1);
      expect(stderr.trim()).toBe(
        'error  What was found cannot be written (ENOSPC). Make room, or write elsewhere.',
      );
    },
  );

  it('for errors ends as it would', () => {
    expect(run('ask --nope', '2> /dev/full').status).toBe(2);
    expect(run('ask --nope', '> /dev/full 2> /dev/full').status).toBe(2);
  });
});

it.runIf(existsSync('/proc/self/mem'))('a configuration that cannot be read is told', () => {
  for (const args of ['validate /proc/self/mem', 'models --config /proc/self/mem']) {
    const { status, stderr } = run(args, '');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^error {2}"\S+" cannot be read \(E[A-Z]+\)\. Check its permissions\.\n$/,
    );
  }
});

it.runIf(existsSync('/proc/self'))('a folder in which nothing can be written is told', () => {
  for (const format of ['yaml', 'ts']) {
    const { status, stderr } = run(`init --yes --format ${format}`, '', '/proc');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^error {2}The file "\S+" cannot be written \(E\w+\)\. Check the folder/m,
    );
    expect(stderr).not.toContain('    at ');
  }
});

it('a file that is written anew keeps its mode and its links, and leaves no half', () => {
  const file = join(folder, 'script.sh');
  writeFileSync(file, 'old', { mode: 0o755 });
  symlinkSync(file, join(folder, 'link.sh'));
  writeFileWhole(join(folder, 'link.sh'), 'new\f');
  expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['new\f', 0o755]);
  expect(lstatSync(join(folder, 'link.sh')).isSymbolicLink()).toBe(true);
  expect(() => writeFileWhole(join(folder, 'none', 'a.txt'), 'x')).toThrow(
    /cannot be written \(ENOENT\)/,
  );
  expect(readdirSync(folder).filter(name => name.endsWith('.tmp'))).toEqual([]);
});
