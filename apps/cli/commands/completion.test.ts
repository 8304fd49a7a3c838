import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { sharedOptions } from '../flags.ts';
import { commands } from '../main.ts';
import { runTandem } from '../run-tandem.ts';

const script = async (shell: string) =>
  (await runTandem(['completion', shell], { folder: tmpdir() })).out;

// What bash proposes for a line, the last word of which is being typed.
function proposed(source: string, words: readonly string[]): string[] {
  const line = words.map(word => `'${word}'`).join(' ');
  const program =
    `${source}\nCOMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _tandem; ` +
    'printf "%s\\n" "${COMPREPLY[@]}"';
  const { stdout, stderr } = spawnSync('bash', ['-c', program], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
}

describe('tandem completion', () => {
  it('completes every command, and the options of each, in bash', async () => {
    const bash = await script('bash');
    expect(proposed(bash, ['tandem', ''])).toEqual(commands.map(({ name }) => name));
    expect(proposed(bash, ['tandem', 'ch'])).toEqual(['chat']);
    expect(proposed(bash, ['tandem', 'ask', '--do'])).toEqual(['--doc']);
    expect(proposed(bash, ['tandem', 'ask', 'some words'])).toEqual([]);
    for (const { name, options } of commands)
      expect(proposed(bash, ['tandem', name, '--'])).toEqual(
        Object.keys({ ...options, ...sharedOptions }).map(option => `--${option}`),
      );
  });

  it('writes a line for each command and option for fish; zsh reads what bash does', async () => {
    const fish = await script('fish');
    for (const { name, options } of commands) {
      expect(fish).toContain(`-f -a ${name} -d '`);
      for (const option of Object.keys(options))
        expect(fish).toContain(`'__fish_seen_subcommand_from ${name}' -l ${option}`);
    }
    expect(await script('zsh')).toContain('bashcompinit');
  });

  it.each([[[]], [['tcsh']], [['bash', 'zsh']]])('refuses %j', async more => {
    const { code, err } = await runTandem(['completion', ...more], { folder: tmpdir() });
    expect([code, err]).toEqual([2, expect.stringContaining('Give one of bash, zsh, fish.')]);
  });
});
