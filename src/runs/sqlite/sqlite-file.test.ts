import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { TandemError } from '../../model/errors.ts';
import { openJournal } from '../journal.ts';
import { SqliteFile } from './sqlite-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = () => join(folder, `${files++}.db`);
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const thrown = (promise: PromiseLike<unknown>) =>
  Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => error as TandemError,
  );
const put = (id: string) => (access: { run(sql: string, values: string[]): number }) =>
  access.run(
    "insert into kept(kind, owner, id, at, head, size, body) values ('setting', '', ?, '', '', " +
      "0, '')",
    [id],
  );
const keptIn = (path: string) => {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare('select id from kept order by seq').all() as { id: string }[];
  database.close();
  return rows.map(({ id }) => id);
};

/** Another connection that holds the file for writing until it is let go. */
const lock = (path: string) => {
  const other = new DatabaseSync(path);
  other.exec('begin immediate');
  return () => {
    other.exec('rollback');
    other.close();
  };
};

/** Measures the longest time that the event loop is held while work is done, in milliseconds. */
const longestHold = async (work: () => Promise<unknown>) => {
  let [last, longest] = [performance.now(), 0];
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  await work();
  clearInterval(timer);
  return longest;
};

describe('a file that another connection writes to', () => {
  it('is waited for beside the event loop, and written once it is free', async () => {
    const path = fresh();
    const file = new SqliteFile(path, { patienceMs: 5000 });
    const release = lock(path);
    let isWritten = false;
    const written = file.transact(put('a'), 'synced').then(() => {
      isWritten = true;
    });
    file.note(put('noted'));
    // A busy machine may hold the loop as well, but not each time.
    const heldMs = [];
    for (let n = 0; n < 3; n++) heldMs.push(await longestHold(() => pause(200)));
    expect(isWritten).toBe(false);
    expect(Math.min(...heldMs)).toBeLessThan(50);
    release();
    await written;
    expect(keptIn(path)).toEqual(['a', 'noted']);
    file.close();
  });

  it('is given up after a while, and notes are kept for later', async () => {
    const path = fresh();
    const file = new SqliteFile(path, { patienceMs: 100 });
    const release = lock(path);
    file.note(put('noted'));
    expect(await thrown(file.transact(put('late')))).toMatchObject({
      code: 'store_busy',
      data: { waitedMs: 100 },
    });
    release();
    await file.transact(put('after'));
    expect(keptIn(path)).toEqual(['noted', 'after']);
    file.requireSound();
    file.close();
  });

  it('is opened meanwhile, and prepared with the first write', async () => {
    const path = fresh();
    const release = lock(path);
    const file = new SqliteFile(path, { patienceMs: 5000 });
    const written = file.transact(put('a'));
    await pause(50);
    release();
    await written;
    expect(keptIn(path)).toEqual(['a']);
    file.close();
  });

  it('is closed in the end, and what it could not take is refused', async () => {
    const path = fresh();
    const file = new SqliteFile(path, { patienceMs: 50 });
    const release = lock(path);
    const written = thrown(file.transact(put('a')));
    file.close();
    expect(await written).toMatchObject({ code: 'store_busy' });
    release();
  });
});

describe.runIf(process.platform === 'linux')('a process that is stopped inside a write', () => {
  let child: ChildProcess | undefined;
  afterEach(() => void child?.kill('SIGKILL'));

  it('is named by whoever waits for it', async () => {
    const path = fresh();
    const leaseMs = 400;
    await using journal = openJournal({ path, leaseMs });
    await journal.store.flush();
    const program = `
      const { DatabaseSync } = require('node:sqlite');
      const database = new DatabaseSync(${JSON.stringify(path)});
      database.exec('begin immediate');
      console.log('inside');
      setInterval(() => {}, 1000);`;
    child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise(resolve => child?.stdout?.once('data', resolve));
    child.kill('SIGSTOP');
    const begun = performance.now();
    const error = await thrown(journal.describe('r', {}));
    expect(error).toMatchObject({
      code: 'store_busy',
      data: { pid: child.pid, waitedMs: leaseMs / 4 },
    });
    expect(error?.message).toContain(`the process ${child.pid}`);
    expect(performance.now() - begun).toBeLessThan(leaseMs);
    child.kill('SIGKILL');
    await journal.describe('r', {});
  });
});
