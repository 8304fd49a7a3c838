import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  chain,
  documentCall,
  extractive,
  minions,
  notConfigured,
  openJournal,
  run,
} from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-names-'));
afterAll(() => rmSync(folder, { recursive: true }));

const name = 'Dismissal of Zebra77.txt';
const text = 'The fee of the berth is 21 crowns. '.repeat(200);
const local = extractive();
const cloud = notConfigured();
const patterns = {
  minions: minions({ local, cloud }),
  chain: chain({ worker: local, manager: cloud }),
};
const onDisk = (mark: string) =>
  readdirSync(folder)
    .filter(each => each.startsWith(mark))
    .map(each => readFileSync(join(folder, each), 'latin1'))
    .join('');

describe.each(Object.entries(patterns))('the name of a file that %s reads', (kind, pattern) => {
  it.each([
    ['lies sealed with a key', { key: 'k'.repeat(32) }, name],
    ['is not kept with hashes alone', { content: 'hashes' as const }, /^[0-9a-f]{12}$/],
  ])('%s', async (way, options, shown) => {
    const path = join(folder, `${kind} ${way}.db`);
    using journal = openJournal({ path, ...options });
    const call = documentCall('What is the fee of the berth?', [{ title: name, text }]);
    await run({ journal, runId: 'r' }, async () => pattern.doGenerate(call));
    const { documents } = await journal.show('r');
    expect(documents.map(({ title }) => title)).toEqual([
      typeof shown === 'string' ? shown : expect.stringMatching(shown),
    ]);
    expect(onDisk(`${kind} ${way}`)).not.toContain('Zebra77');
  });
});
