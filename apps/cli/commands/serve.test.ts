import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const bin = resolve('bin/tandem.mjs');
const folder = mkdtempSync(join(tmpdir(), 'tandem-serve-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const env = { PATH: process.env.PATH ?? '', HOME: folder, NO_COLOR: '1', TANDEM_DISCOVERY: 'off' };

function serve(...args: string[]) {
  const child = spawn(process.execPath, [bin, 'serve', '--port', '0', ...args], {
    cwd: folder,
    env,
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', piece => (out += piece));
  child.stderr.on('data', piece => (err += piece));
  return { child, out: () => out, err: () => err };
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise(done => child.once('exit', done));
}

const write = (config: object) =>
  writeFileSync(join(folder, 'tandem.config.json'), JSON.stringify(config));
const named = (name: string) => ({
  models: { [name]: 'extractive:' },
  gateway: { state: ':memory:' },
});

describe('tandem serve', () => {
  it('says where it listens, answers, rereads configuration, ends at Ctrl-C with 0', async () => {
    write(named('reader'));
    const { child, out, err } = serve('--json');
    await expect.poll(out, { timeout: 15_000 }).toContain('}\n');
    const { url, models } = JSON.parse(out());
    expect(models[0]).toMatchObject({ name: 'reader', kind: 'model' });
    const names = async () => {
      const listed = JSON.parse(await (await fetch(`${url}/v1/models`)).text());
      return listed.data.map(({ id }: { id: string }) => id);
    };
    expect(await names()).toContain('reader');
    write(named('scribe'));
    await expect.poll(names, { timeout: 10_000 }).toContain('scribe');
    write({ modles: {} });
    await expect.poll(err, { timeout: 10_000 }).toContain('the old one stays');
    expect(await names()).toContain('scribe');
    const exit = ended(child);
    child.kill('SIGINT');
    expect(await exit).toBe(0);
    expect(err()).toContain('"msg":"ended"');
    expect(out().trim().split('\n')).toHaveLength(1);
  });

  it('refuses what it cannot do, before it listens', () => {
    write(named('reader'));
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [bin, ...args], { cwd: folder, env, encoding: 'utf8' });
    const wrong = run('serve', '--port', 'many');
    expect([wrong.status, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('must be a whole number'),
    ]);
    const open = run('serve', '--host', '0.0.0.0');
    expect([open.status, open.stderr]).toEqual([1, expect.stringContaining('no key is set')]);
    write({ ...named('reader'), gateway: { kyes: [] } });
    const misspelt = run('serve', '--port', '0');
    expect([misspelt.status, misspelt.stderr]).toEqual([
      2,
      expect.stringContaining('gateway has the unknown key "kyes". Did you mean "keys"?'),
    ]);
  });

  it('makes a key whose hash alone is to be kept', () => {
    const { status, stdout } = spawnSync(process.execPath, [bin, 'key', 'web', '--json'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'web',
      key: expect.stringMatching(/^tdm_/),
      hash: expect.stringMatching(/^sha256:/),
    });
  });
});
