import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { textAnswer, textOf, userCall } from '../model/answer.ts';
import { definePattern, settle } from '../model/pattern/define-pattern.ts';
import { run } from '../model/run/scope-life.ts';
import { doubleOf, lastUserText } from '../testing/double.ts';
import { openJournal } from './journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-finished-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const three = () => {
  let paid = 0;
  const leaf = doubleOf({ modelId: 'leaf' }, call => {
    paid++;
    return { text: lastUserText(call) };
  });
  const pattern = definePattern({
    name: 'three',
    models: [leaf],
    async generate(_call, ask) {
      const asked = ['a', 'b', 'c'].map(id => ask(leaf, userCall(id), { id }));
      return settle(textAnswer((await Promise.all(asked)).map(textOf).join('')), {
        reason: 'test',
      });
    },
  });
  return { pattern, paid: () => paid };
};

describe('a run whose journal keeps hashes alone', () => {
  it('says when it is asked again how many finished calls are paid again', async () => {
    const path = join(folder, 'hashes.db');
    const { pattern, paid } = three();
    const ask = async () => {
      using journal = openJournal({ path, content: 'hashes' });
      return await run({ journal, runId: 'r' }, async () => pattern.doGenerate(userCall('go')));
    };
    expect((await ask()).warnings).toEqual([]);
    const again = await ask();
    expect(paid()).toBe(6);
    expect(again.warnings).toEqual([
      { type: 'other', message: expect.stringContaining('3 finished calls are paid again') },
    ]);
  });

  it('says nothing of it where answers are kept', async () => {
    const path = join(folder, 'full.db');
    const { pattern, paid } = three();
    using journal = openJournal({ path });
    const ask = () => run({ journal, runId: 'r' }, async () => pattern.doGenerate(userCall('go')));
    await ask();
    expect((await ask()).warnings).toEqual([]);
    expect(paid()).toBe(3);
  });
});
