import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'tandem-full-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// A process of its own, which a busy machine starts slowly.
vi.setConfig({ testTimeout: 60_000 });

const source = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
const program = `
  import { openJournal } from ${source('journal.ts')};
  import { userCall } from ${source('../model/answer.ts')};
  import { direct } from ${source('../model/pattern/direct.ts')};
  import { run } from ${source('../model/run/scope-life.ts')};
  import { doubleOf } from ${source('../testing/double.ts')};
  const journal = openJournal({ path: process.argv[1] });
  const model = doubleOf({ modelId: 'm' }, () => ({ text: 'x'.repeat(20_000) + Math.random() }));
  const ask = async () => direct(model).doGenerate(userCall('question'));
  let done = 0;
  try {
    for (; done < 1_000; done++) {
      await run({ journal, runId: 'run ' + done }, ask);
    }
    console.log(JSON.stringify({ done, code: 'none', message: 'the disk was never full' }));
  } catch ({ code, message }) {
    console.log(JSON.stringify({ done, code, message }));
  }`;

describe('a journal on a full disk', () => {
  it('says that there is no space, and keeps every call that was recorded before', () => {
    const path = join(folder, 'full.db');
    // A limit on the size of files, so that the write fails as on a full disk.
    const limited = 'trap "" XFSZ; ulimit -f 300; exec "$0" --input-type=module -e "$1" "$2"';
    const out = execFileSync('bash', ['-c', limited, process.execPath, program, path], {
      encoding: 'utf8',
    });
    const { done, code, message } = JSON.parse(out) as {
      done: number;
      code: string;
      message: string;
    };
    expect(code).toBe('journal_failed');
    expect(message).toMatch(/cannot be written: (database or disk is full|disk I\/O error)/);
    const database = new DatabaseSync(path);
    expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' });
    expect(database.prepare('select count(*) as calls from call').get()).toEqual({ calls: done });
    database.close();
  });
});
