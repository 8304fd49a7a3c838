import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import type { SharedHold } from '../../src/entries/runs.ts';
import { openState } from './state-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-state-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = {
  name: 'canary.txt',
  mediaType: 'text/plain',
  label: undefined,
  purpose: 'assistants',
};
const bytes = Buffer.from('The canary is yellow.');
const response = {
  body: '{"text":"canary"}',
  prompt: '[{"role":"user","content":"canary"}]',
  label: 'local-only',
};
const onDisk = (path: string) =>
  readdirSync(folder)
    .filter(name => name.startsWith(path))
    .map(name => readFileSync(join(folder, name), 'latin1'))
    .join('');

describe('what clients leave at a server', () => {
  it('is encrypted with a key, the same after a restart, and opened with no other', async () => {
    const path = join(folder, 'sealed.db');
    let [id, secret] = ['', ''];
    {
      await using state = await openState(path, { key: 'one' });
      ({ id } = await state.addFile('ann', { ...file, bytes }));
      await state.addResponse('ann', 'resp_1', response);
      secret = state.secret;
      expect(await state.keptBytes('ann')).toBe(bytes.length);
    }
    expect(onDisk('sealed.db')).not.toMatch(/canary/);
    expect(onDisk('sealed.db')).not.toContain(secret);
    expect(onDisk('sealed.db')).not.toContain(bytes.toString('base64'));
    await expect(openState(path, { key: 'two' })).rejects.toThrow(
      'written with another key. Set TANDEM_JOURNAL_KEY.',
    );
    await expect(openState(path)).rejects.toThrow('a key, and none was given');
    await using state = await openState(path, { key: 'one' });
    expect(state.secret).toBe(secret);
    expect(Buffer.from((await state.file('ann', id))!.bytes)).toEqual(bytes);
    expect(await state.fileRow('ann', id)).toMatchObject({
      size: bytes.length,
      name: 'canary.txt',
    });
    expect(await state.response('ann', 'resp_1')).toEqual(response);
    expect([await state.file('bob', id), await state.response('bob', 'resp_1')]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('is in memory alone where the journal keeps hashes; budgets and the secret stay', async () => {
    const path = join(folder, 'hashes.db');
    let secret = '';
    {
      await using state = await openState(path, { content: 'hashes' });
      const { id } = await state.addFile('ann', { ...file, bytes });
      await state.addResponse('ann', 'resp_1', response);
      const hold = await state.accounts.reserve(
        [{ id: 'key:ann', limit: { usd: 3 } }],
        { usd: 2.5, tokens: 0 },
        60_000,
      );
      await state.accounts.settle(hold as SharedHold, { usd: 2, tokens: 0 });
      expect(Buffer.from((await state.file('ann', id))!.bytes)).toEqual(bytes);
      secret = state.secret;
    }
    expect(onDisk('hashes.db')).not.toMatch(/canary/);
    await using state = await openState(path, { content: 'hashes' });
    expect([await state.files('ann'), await state.response('ann', 'resp_1')]).toEqual([
      [],
      undefined,
    ]);
    expect([(await state.accounts.balance('key:ann')).spent.usd, state.secret]).toEqual([
      2,
      secret,
    ]);
  });

  it('of an earlier version, and from before there was a key, is read as it stands', async () => {
    const path = join(folder, 'old.db');
    const old = new DatabaseSync(path);
    old.exec(`create table file(id text primary key, owner text not null, name text not null,
      media_type text not null, purpose text not null, label text, created_at integer not null,
      bytes blob not null)`);
    old
      .prepare('insert into file values (?, ?, ?, ?, ?, ?, ?, ?)')
      .run('file-1', 'ann', 'a.txt', 'text/plain', 'x', null, 1, bytes);
    old.exec(`create table response(id text primary key, owner text not null,
      created_at integer not null, body text not null, prompt text not null)`);
    old
      .prepare('insert into response values (?, ?, ?, ?, ?)')
      .run('resp_0', 'ann', 1, response.body, response.prompt);
    old.close();
    await using state = await openState(path, { key: 'new' });
    expect(await state.files('ann')).toMatchObject([{ id: 'file-1', size: bytes.length }]);
    expect(Buffer.from((await state.file('ann', 'file-1'))!.bytes)).toEqual(bytes);
    expect(await state.response('ann', 'resp_0')).toEqual({ ...response, label: null });
    await state.addResponse('ann', 'resp_1', response);
    expect(await state.response('ann', 'resp_1')).toEqual(response);
  });
});
