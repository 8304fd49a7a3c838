import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openState } from '../../apps/gateway/state-store.ts';
import { openDocumentStore } from '../../src/entries/runs.ts';
import { openLedger } from '../../src/entries/solve.ts';
import { direct, openJournal, run } from '../../src/index.ts';
import { doubleOf } from '../../src/testing/index.ts';
import { marksIn } from './forget.ts';
import type { Proof } from './journal.ts';

const mark = 'SEALEDWORD';
const key = 'a pass phrase';

/** Whatever opens a store: with the right key it keeps marked content. */
const openers: Readonly<Record<string, (path: string, key?: string) => Promise<void>>> = {
  async journal(path, given) {
    await using journal = openJournal({ path, ...(given !== undefined && { key: given }) });
    const model = doubleOf({ modelId: 'm' }, () => ({ text: mark }));
    await journal.describe('r', { mark });
    await run({ journal, runId: 'r' }, async () =>
      direct(model).doGenerate({
        prompt: [{ role: 'user', content: [{ type: 'text', text: mark }] }],
      }),
    );
    await journal.show('r');
  },
  async documents(path, given) {
    using documents = openDocumentStore({ path, ...(given !== undefined && { key: given }) });
    await documents.keep({
      ...{ id: 'd', title: 'T', text: mark, label: 'local-only', mediaType: 'text/plain' },
      pages: [],
    });
    await documents.remember?.('d', 'k', mark);
  },
  async ledger(path, given) {
    const options = { path, runId: 'l', ...(given !== undefined && { key: given }) };
    using ledger = await openLedger(options);
    await ledger.begin({ mark });
    await ledger.add({ action: mark, votes: 1, costUsd: 0 });
    await ledger.flush();
    await ledger.fold(0, count => count + 1);
  },
  async 'state of the gateway'(path, given) {
    await using state = await openState(path, given === undefined ? {} : { key: given });
    await state.addResponse('o', 'r', { body: mark, prompt: mark, label: null });
    const file = { name: 'f', mediaType: 'text/plain', bytes: Buffer.from(mark), purpose: 'p' };
    await state.addFile('o', { ...file, label: undefined });
  },
};

/** With a key no opener leaves a readable byte, and none opens a sealed store without it. */
export async function refusedKeys(): Promise<Proof> {
  const problems: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'tandem-sealed-'));
  for (const [name, open] of Object.entries(openers)) {
    const path = join(folder, name, '.tandem', 'tandem.db');
    await open(path, key);
    if (marksIn(path, [mark]).length > 0) problems.push(`the ${name} is readable despite its key`);
    for (const [second, openAgain] of Object.entries(openers))
      for (const wrong of [undefined, '', ' ', 'another'])
        if (!(await isRefused(openAgain(path, wrong))))
          problems.push(`the ${name} is opened as ${second} with the key ${JSON.stringify(wrong)}`);
  }
  rmSync(folder, { recursive: true, force: true });
  const count = Object.keys(openers).length;
  return { says: [`${count} openers: sealed, and refused without the key`], problems };
}

async function isRefused(opening: Promise<void>): Promise<boolean> {
  try {
    await opening;
    return false;
  } catch {
    return true;
  }
}
