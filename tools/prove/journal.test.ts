import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../src/index.ts';
import { proveJournal } from './journal.ts';

describe('TRAP 17: a run of 500 calls that is killed', () => {
  it('is resumed to the same result, and pays no finished call twice', async () => {
    const fractions = [0.35, 0.6, 0.8];
    const { problems } = await proveJournal(3, () => fractions.shift() ?? 0.5);
    expect(problems).toEqual([]);
  });
});

describe('two processes on one journal', () => {
  it('lose no record and never see the lock', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-two-'));
    const path = join(folder, 'shared.db');
    const ended = await Promise.all(
      ['one', 'two'].map(runId => child([path, join(folder, runId), '300', runId])),
    );
    expect(ended).toEqual([
      { code: 0, err: '' },
      { code: 0, err: '' },
    ]);
    const journal = openJournal({ path });
    expect((await journal.runs()).map(({ state, calls }) => [state, calls])).toEqual([
      ['done', 300],
      ['done', 300],
    ]);
    journal.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

function child(args: readonly string[]): Promise<{ code: number | null; err: string }> {
  return new Promise(resolve => {
    const process_ = spawn(process.execPath, [
      join(import.meta.dirname, 'journal-child.ts'),
      ...args,
    ]);
    let err = '';
    process_.stderr.on('data', chunk => {
      err += chunk;
    });
    process_.on('close', code => resolve({ code, err }));
  });
}
