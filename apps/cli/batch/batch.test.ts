import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { startWireDouble } from '../../../src/testing/index.ts';
import { spawnTandem } from '../spawn-tandem.ts';
import { progressLine } from './batch.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-batch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
// Each starts the command line several times, which a busy machine does slowly.
vi.setConfig({ testTimeout: 120_000 });

const line = (id: string, text: string) =>
  JSON.stringify({
    ...{ custom_id: id, method: 'POST', url: '/v1/chat/completions' },
    body: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: text }] },
  });
const write = (name: string, lines: readonly string[]) =>
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
const rows = (name: string) =>
  readFileSync(join(folder, name), 'utf8')
    .trim()
    .split('\n')
    .map(text => JSON.parse(text));
const batch = (...args: string[]) =>
  spawnTandem(['batch', ...args, '--model', 'local'], { folder });
const serveAt = (endpoint: string) => {
  const local = { spec: 'ollama:phi4-mini', endpoint };
  writeFileSync(join(folder, 'tandem.config.json'), JSON.stringify({ models: { local } }));
};

describe('tandem batch', () => {
  it('writes answers and errors in the order of the requests, and ends with 1', async () => {
    await using up = await startWireDouble([{ text: 'yes' }]);
    serveAt(up.url);
    write('q.jsonl', [line('a', 'one'), 'no json', line('b', 'two'), line('a', 'again')]);
    const { code, err } = await batch('q.jsonl', '--out', 'out.jsonl');
    expect(code).toBe(1);
    expect(err).toContain('4 lines, $0.0000. 2 failed: their errors stand in their places.');
    expect(rows('out.jsonl').map(each => [each.custom_id, each.error?.code ?? 200])).toEqual([
      ['a', 200],
      [null, 'invalid_json'],
      ['b', 200],
      ['a', 'duplicate_custom_id'],
    ]);
    expect(await batch('q.jsonl', '--out', 'out.jsonl')).toMatchObject({
      code: 2,
      err: expect.stringContaining('exists. Give `--force` to write over it'),
    });
    // What another output is made of is kept, call by call.
    const asked = up.requests.length;
    await batch('q.jsonl', '--out', 'other.jsonl');
    expect(up.requests.length).toBe(asked);
  });

  it('asks what failed again, and nothing else', async () => {
    write('f.jsonl', [line('a', 'one'), line('b', 'two')]);
    await using down = await startWireDouble([{ text: 'yes' }, { status: 400 }]);
    serveAt(down.url);
    expect((await batch('f.jsonl', '--out', 'f.out', '--lanes', '1')).code).toBe(1);
    expect(rows('f.out').map(({ response }) => response.status_code)).toEqual([200, 400]);
    await using up = await startWireDouble([{ text: 'now' }]);
    serveAt(up.url);
    const { code, err } = await batch('f.jsonl', '--out', 'f.out', '--retry-failed');
    expect([code, err]).toEqual([0, expect.stringContaining('1 of them finished before')]);
    expect(up.requests.length).toBe(1);
    expect(rows('f.out').map(({ response }) => response.status_code)).toEqual([200, 200]);
  });

  it('says on Ctrl-C what is kept, goes on, and refuses a file that has changed', async () => {
    const lines = Array.from({ length: 12 }, (_, n) => line(`r${n}`, `ask ${n}`));
    write('s.jsonl', lines);
    await using slow = await startWireDouble([{ text: 'yes', delayMs: 150 }]);
    serveAt(slow.url);
    const stopped = await spawnTandem(
      ['batch', 's.jsonl', '--out', 's.out', '--lanes', '2', '--model', 'local'],
      {
        folder,
        onStart: end =>
          void vi
            .waitFor(() => expect(slow.requests.length).toBeGreaterThan(4), 60_000)
            .then(() => end()),
      },
    );
    expect(stopped.code).toBe(130);
    expect(stopped.err).toMatch(
      /Stopped: \d+ of 12 lines are finished .* The same command goes on/,
    );
    write('s.jsonl', [...lines, line('new', 'more')]);
    const refused = await batch('s.jsonl', '--out', 's.out');
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('Give `--changed`')]);
    const { code } = await batch('s.jsonl', '--out', 's.out', '--changed');
    expect([code, rows('s.out').length]).toEqual([0, 13]);
    expect(slow.requests.length).toBeLessThanOrEqual(13 + 2);
  });

  it.each([
    [['missing.jsonl', '--out', 'x'], 'There is no "'],
    [['q.jsonl', '--out', 'nowhere/x'], 'Make that folder'],
    [['q.jsonl'], 'Give `--out FILE`'],
    [['q.jsonl', '--out', 'q.jsonl'], 'are the same'],
  ])('refuses %j as wrong use', async (args, message) => {
    serveAt('http://127.0.0.1:9');
    write('q.jsonl', [line('a', 'one')]);
    const { code, err } = await batch(...args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it('says rate, cost and time left', () => {
    const progress = { total: 1000, done: 220, failed: 2, kept: 100, costUsd: 0.5 };
    expect(progressLine(progress, 60)).toBe(
      '220 of 1000 lines, 2.0/s, $0.5000, 2 failed, 7 min left',
    );
  });
});
