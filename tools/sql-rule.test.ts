import { describe, expect, it } from 'vitest';
import { checkSql } from './sql-rule.ts';

const found = (text: string, path = 'src/model/run/x.ts') =>
  checkSql({ path, text }).map(({ line }) => line);

describe('the rule on SQL', () => {
  it.each([
    "const sql = 'select id from run where ended_at < :before';",
    "store.read('select * from ledger');",
    "store.read('SELECT id FROM run WHERE id = 1');",
    `store.read(\`select \${columns} from crossing where at >= :since\`);`,
    'store.read(`\n  select hash, title\n  from document\n  order by title`);',
    "const sql = 'select c.id from call c join run r on c.run = r.id';",
    'const sql = "select value from setting where name = \'secret\'";',
    `const one = \`delete from call where run in (\${old})\`;`,
    "run('delete from spent');",
    "const sql = 'insert or ignore into content(hash, body) values (?, ?)';",
    "const sql = 'insert into spent values (?, ?, ?)';",
    'const sql = `insert into run (id)\n values (?)`;',
    "const sql = 'update run set program = ? where id = ?';",
    "database.exec('begin immediate');",
    "database.exec('pragma journal_mode = wal');",
    "database.prepare('pragma user_version').get();",
    `database.exec(\`pragma busy_timeout = \${busyMs}\`);`,
    "database.exec('create table if not exists a(x text)');",
    "database.exec('create unique index by_run on call(run)');",
    "database.exec('alter table run add column owner text');",
    "const sql = 'with recursive n(x) as (select 1) select x from n';",
  ])('finds %s', text => {
    expect(found(text)).not.toEqual([]);
  });

  it.each([
    "import { selectPassages } from './select-passages.ts';",
    "import { select } from './select.ts';",
    "const text = 'Select passages from the document.';",
    "const text = 'select the passages from the document that answer the question';",
    "const text = 'Insert into the gap what is missing.';",
    "const text = 'insert into the list';",
    "const text = 'update what is set';",
    "const text = 'Delete from the list whatever is old.';",
    "const text = 'begin with the first step';",
    "const text = 'create a table of all names';",
    "const text = 'create table of names';",
    "const text = 'with care as (said before)';",
    "const kinds = ['insert', 'update', 'delete', 'select'];",
    "/** We select rows from run where they end. */\nconst from = select('a', 'b');",
    "const pragma = 'pragmatic';",
  ])('leaves %s alone', text => {
    expect(found(text)).toEqual([]);
  });

  it('names the line, and knows the folders of the engines, tests and tools', () => {
    const text = "const a = 1;\nconst sql = 'delete from run where id = ?';\n";
    expect(found(text)).toEqual([2]);
    expect(found(text, 'apps/gateway/state-store.ts')).toEqual([2]);
    for (const path of [
      'src/runs/sqlite/store.ts',
      'src/runs/postgres/rows.ts',
      'src/runs/a.test.ts',
      'bench/a.ts',
    ]) {
      expect(found(text, path)).toEqual([]);
    }
  });
});
