import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { textAnswer, textOf, userCall } from '../../model/answer.ts';
import { inCloud } from '../../model/leaf/model/place.ts';
import { definePattern, settle } from '../../model/pattern/define-pattern.ts';
import { run } from '../../model/run/scope-life.ts';
import { doubleOf, lastUserText } from '../../testing/double.ts';
import { openDocumentStore } from '../document-store.ts';
import { openJournal } from '../journal.ts';
import { openLedger } from '../ledger.ts';

/**
 * Stores that Tandem 0.1 has written, as texts: runs of a pattern that asks four questions, a
 * ledger, a document.
 */
const folder = mkdtempSync(join(tmpdir(), 'tandem-old-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, 'fixtures', `${name}.sql`), 'utf8');
const load = (name: string) => {
  const path = join(folder, `${files++}.db`);
  const database = new DatabaseSync(path);
  database.exec(`pragma journal_mode = wal; ${fixture(name)}`);
  database.close();
  return path;
};

/** The pattern that the runs of the fixtures are of; each answer says who has given it. */
const four = () => {
  let paid = 0;
  const double = doubleOf({ modelId: 'gpt-4.1', place: 'cloud' }, call => {
    paid++;
    return { text: `${lastUserText(call)} of now` };
  });
  const leaf = inCloud({ ...double, provider: 'old' });
  const pattern = definePattern({
    name: 'four',
    models: [leaf],
    async generate(_call, ask) {
      const answers: string[] = [];
      for (let n = 0; n < 4; n++)
        answers.push(textOf(await ask(leaf, userCall(`step ${n}`), { id: `step ${n}` })));
      return settle(textAnswer(answers.join('|')), { reason: 'test' });
    },
  });
  return { pattern, paid: () => paid };
};
const documentId = '7a8f00f642190cd843aed66c5832beb09bab1686138a5fd77fc99bd228a819ce';

/** All rows of all tables, as SQLite quotes them. */
const rowsIn = (path: string): string[] => {
  const database = new DatabaseSync(path, { readOnly: true });
  const tables = database
    .prepare("select name from sqlite_master where type = 'table' order by 1")
    .all();
  const rows = tables.flatMap(({ name }) =>
    database.prepare(`select * from ${String(name)}`).all(),
  );
  database.close();
  return rows.map(row => JSON.stringify(row));
};

describe.each([
  { name: 'journal-0.1-plain', key: undefined },
  { name: 'journal-0.1-sealed', key: 'a pass phrase' },
])('a store of 0.1 ($name)', ({ name, key }) => {
  const optionsOf = (path: string) => ({ path, ...(key !== undefined && { key }) });

  it('lists its runs with what they came to', async () => {
    using journal = openJournal(optionsOf(load(name)));
    const runs = new Map((await journal.runs()).map(each => [each.id, each]));
    expect(runs.get('finished')).toMatchObject({
      state: 'done',
      calls: 4,
      cloudCalls: 4,
      costUsd: 0.00112,
      left: { calls: 4 },
    });
    expect(runs.get('failed')).toMatchObject({
      state: 'failed',
      error: 'model_failed',
      calls: 2,
      left: { calls: 3 },
    });
    expect(runs.get('interrupted')).toMatchObject({
      state: 'running',
      holder: null,
      calls: 2,
      costUsd: 0.00056,
    });
    expect(await journal.show('finished')).toMatchObject({
      program: { pattern: 'four', question: 'go' },
    });
    expect((await journal.answers('finished')).length).toBe(4);
    expect((await journal.egress()).length).toBeGreaterThan(9);
  });

  it('goes on with a run that was begun under it, and pays no finished call', async () => {
    using journal = openJournal(optionsOf(load(name)));
    for (const [runId, pays] of [
      ['finished', 0],
      ['interrupted', 2],
      ['failed', 2],
    ] as const) {
      const { pattern, paid } = four();
      const answer = await run({ journal, runId }, async () => pattern.doGenerate(userCall('go')));
      expect(textOf(answer)).toMatch(/^answer 0 of 0\.1\|answer 1 of 0\.1\|/);
      expect(paid()).toBe(pays);
      expect(await journal.show(runId)).toMatchObject({ state: 'done', calls: 4, error: null });
    }
  });

  it('has its documents, and what was read in them', async () => {
    using documents = openDocumentStore(optionsOf(load(name)));
    expect(await documents.list()).toMatchObject([
      { id: documentId, title: 'Pumps', characters: 30 },
    ]);
    expect(await documents.get(documentId)).toMatchObject({
      text: 'The pump was checked. It runs.',
      label: 'extracts',
    });
    expect(await documents.recall?.(documentId, 'what of the pump')).toBe('It was checked.');
  });

  it('has its ledgers', async () => {
    using ledger = await openLedger({ ...optionsOf(load(name)), runId: 'ledgered' });
    expect([ledger.length, ledger.facts]).toEqual([10, { task: 'counting', k: 3 }]);
    expect(await ledger.fold(0, (sum, { action }) => sum + (action as [number])[0])).toBe(45);
  });

  it('lies beside, as it was', async () => {
    const [path, untouched] = [load(name), load(name)];
    openJournal(optionsOf(path)).close();
    expect(rowsIn(`${path}.0.1`)).toEqual(rowsIn(untouched));
    const { user_version: version } =
      new DatabaseSync(`${path}.0.1`).prepare('pragma user_version').get() ?? {};
    expect(version).toBe(11);
    // Opened again, it is neither copied nor changed.
    const rows = rowsIn(path);
    openJournal(optionsOf(path)).close();
    expect(rowsIn(path)).toEqual(rows);
  });
});

describe('a store of 0.1 whose copying was killed halfway', () => {
  it('is copied anew, and nothing of the half is left', () => {
    const [path, untouched] = [load('journal-0.1-plain'), load('journal-0.1-plain')];
    writeFileSync(`${path}.0.1.part`, 'SQLite format 3\0 and no more');
    openJournal({ path }).close();
    expect(rowsIn(`${path}.0.1`)).toEqual(rowsIn(untouched));
    expect(existsSync(`${path}.0.1.part`)).toBe(false);
  });
});

describe('a store of 0.1 whose run has masked', () => {
  it('makes the same placeholders, and so pays nothing again', async () => {
    using journal = openJournal({ path: load('journal-0.1-plain') });
    const { pattern, paid } = four();
    const find = (text: string) =>
      [...text.matchAll(/step/g)].map(({ index }) => ({
        start: index,
        end: index + 4,
        kind: 'WORD',
      }));
    await run({ journal, runId: 'masked', masker: { find } }, async () =>
      pattern.doGenerate(userCall('go')),
    );
    expect(paid()).toBe(0);
  });
});

describe('a store of 0.1 that three processes open at the same moment', () => {
  it('is taken over once', async () => {
    const path = load('journal-0.1-plain');
    const untouched = load('journal-0.1-plain');
    const source = pathToFileURL(join(import.meta.dirname, '../journal.ts')).href;
    const atMs = Date.now() + 1500;
    const program = `
      const { openJournal } = await import(${JSON.stringify(source)});
      while (Date.now() < ${atMs}) {}
      const journal = openJournal({ path: ${JSON.stringify(path)} });
      console.log((await journal.runs()).length, (await journal.show('finished')).calls);
      journal.close();`;
    const opened = () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    const said = (await Promise.all([opened(), opened(), opened()])).map(({ stdout }) =>
      stdout.trim(),
    );
    expect(said).toEqual(['4 4', '4 4', '4 4']);
    expect(rowsIn(`${path}.0.1`)).toEqual(rowsIn(untouched));
  });
});

describe('a store of a newer version', () => {
  it('is refused by name, and left as it is', () => {
    const path = load('journal-0.1-plain');
    const database = new DatabaseSync(path);
    database.exec('pragma user_version = 99');
    database.close();
    const before = readFileSync(path);
    expect(() => openJournal({ path })).toThrow(
      /is of version 99, this program knows \d+\. Update Tandem/,
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
