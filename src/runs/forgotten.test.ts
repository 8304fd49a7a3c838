import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { userCall } from '../model/answer.ts';
import { direct } from '../model/pattern/direct.ts';
import { run } from '../model/run/scope-life.ts';
import { doubleOf } from '../testing/double.ts';
import { openDocumentStore } from './document-store.ts';
import { openJournal } from './journal.ts';
import { openLedger } from './ledger.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-forgotten-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = () => join(folder, `${files++}`, '.tandem', 'tandem.db');
const later = '2999-01-01T00:00:00.000Z';
const mark = 'FORGETTHISWORD';
const bytesBeside = (path: string) =>
  readdirSync(join(path, '..'))
    .map(name => readFileSync(join(path, '..', name), 'latin1'))
    .join('');
const ask = (journal: ReturnType<typeof openJournal>, runId: string, text: string) => {
  const cloud = doubleOf({ modelId: 'm', place: 'cloud' }, () => ({ text: `${text} indeed` }));
  return run({ journal, runId }, async () => direct(cloud).doGenerate(userCall(text)));
};

describe('what is forgotten', () => {
  it('is in no file: of a run that is pruned, and of what was read in a document', async () => {
    const path = fresh();
    await using journal = openJournal({ path });
    using documents = openDocumentStore({ path });
    for (let n = 0; n < 40; n++) await ask(journal, `r${n}`, `${mark} ${'x'.repeat(50 * n)}`);
    await documents.remember?.('d', 'k', mark);
    expect(bytesBeside(path)).toContain(mark);
    expect(await journal.prune(later)).toBe(40);
    expect(bytesBeside(path)).not.toContain(mark);
  });

  it('leaves the record of what left, which says so and has a time of its own', async () => {
    await using journal = openJournal({ path: fresh() });
    await ask(journal, 'r', mark);
    await journal.prune(later);
    expect(await journal.egress()).toMatchObject([{ run: 'r', destination: 'm', pruned: true }]);
    expect(await journal.prunings()).toMatchObject([{ kind: 'runs', count: 1 }]);
    expect(await journal.prune(later, { kind: 'egress' })).toBe(1);
    expect(await journal.egress()).toEqual([]);
    expect(await journal.prunings()).toMatchObject([{ kind: 'egress', count: 1 }]);
  });

  it('is forgotten while another handle goes on with its own run', async () => {
    const path = fresh();
    await using journal = openJournal({ path });
    await using other = openJournal({ path });
    await ask(journal, 'old', mark);
    const writing = Promise.all(
      Array.from({ length: 30 }, (_, n) => ask(other, `new ${n}`, `kept ${n}`)),
    );
    await Promise.all([journal.prune(later), writing]);
    await journal.prune(later);
    expect(bytesBeside(path)).not.toContain(mark);
  });
});

describe('a store on disk', () => {
  it('is readable for its owner alone', async () => {
    const path = fresh();
    await using journal = openJournal({ path });
    await ask(journal, 'r', 'x');
    const modeOf = (name: string) => statSync(join(path, '..', name)).mode & 0o777;
    expect(modeOf('.')).toBe(0o700);
    for (const name of readdirSync(join(path, '..'))) expect(modeOf(name)).toBe(0o600);
  });

  it('that is sealed opens with its key alone, not without, an empty or another one', async () => {
    const path = fresh();
    const ledger = await openLedger({ path, runId: 'l', key: 'its own key' });
    await ledger.begin({ task: mark });
    await ledger.add({ action: mark, votes: 1, costUsd: 0 });
    await ledger.flush();
    ledger.close();
    expect(bytesBeside(path)).not.toContain(mark);
    for (const key of ['', '  ', 'another key', undefined]) {
      const options = { path, ...(key !== undefined && { key }) };
      expect(() => openJournal(options)).toThrow(/key/);
      expect(() => openDocumentStore(options)).toThrow(/key/);
      await expect(openLedger({ ...options, runId: 'l' })).rejects.toThrow(/key/);
    }
    using again = await openLedger({ path, runId: 'l', key: 'its own key' });
    expect(await again.fold('', (_, { action }) => String(action))).toBe(mark);
    expect(again.facts).toEqual({ task: mark });
  });

  it.each([
    ['a trigger', 'create trigger t after insert on egress begin delete from egress; end'],
    ['a view', 'create view v as select 1'],
    ['a table of its own', 'create table another(id)'],
    ['a column of its own', 'alter table run add column another text'],
    ['a table less', 'drop table egress'],
  ])('that was planted with %s is refused', async (_what, sql) => {
    const path = fresh();
    openJournal({ path }).close();
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
    expect(() => openJournal({ path })).toThrow(/not as Tandem makes it/);
  });
});
