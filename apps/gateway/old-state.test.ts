import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { openState } from './state-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-old-state-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fixtures = join(import.meta.dirname, '../../src/runs/sqlite/fixtures');

describe.each([
  {
    name: 'state-0.1-plain',
    key: undefined,
    fileId: 'file-akWnkVUa0e8tidayP2MEMjIB',
    secret: 'IUdEbMoEJctqLS0j64c3n7aSL_LCi0WO1Dldc31vpG4',
  },
  {
    name: 'state-0.1-sealed',
    key: 'a pass phrase',
    fileId: 'file-sQkrr0OsKJ0iOFxOIKIWwun0',
    secret: 'q0thiJ1r74bANVERNSJ5Z71cJieHTh8yiRi3Gg7026I',
  },
])('the state of a server of 0.1 ($name)', ({ name, key, fileId, secret }) => {
  it('is taken over with files, responses, the secret and what keys have spent', async () => {
    const path = join(folder, `${name}.db`);
    const database = new DatabaseSync(path);
    const today = new Date().toISOString().slice(0, 10);
    // The day on which the fixture was made.
    database.exec(readFileSync(join(fixtures, `${name}.sql`), 'utf8').replace('2026-11-29', today));
    database.close();
    await using state = await openState(path, key === undefined ? {} : { key });
    expect(state.secret).toBe(secret);
    expect(await state.fileRow('website', fileId)).toMatchObject({
      name: 'notes.txt',
      size: 14,
      label: 'local-only',
    });
    const file = await state.file('website', fileId);
    expect(Buffer.from(file?.bytes ?? []).toString()).toBe('what was noted');
    expect(await state.file('another', fileId)).toBeUndefined();
    expect(await state.keptBytes('website')).toBe(14);
    expect(JSON.parse((await state.response('website', 'resp_1'))?.body ?? '')).toEqual({
      id: 'resp_1',
      output: 'said',
    });
    expect((await state.response('website', 'resp_1'))?.prompt).toContain('asked');
    expect((await state.accounts.balance('key:website')).spent.usd).toBe(0.125);
    const copy = new DatabaseSync(`${path}.0.1`);
    expect(copy.prepare('select count(*) as files from file').get()).toEqual({ files: 1 });
    copy.close();
  });
});
