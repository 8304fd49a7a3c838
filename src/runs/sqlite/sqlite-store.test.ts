import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { storeContract } from '../../testing/store-contract.ts';
import { openSqliteStore } from './sqlite-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a store in a file', () => {
  let files = 0;
  const paths = new Map<string, string>();
  const at = (path: string) => {
    const store = openSqliteStore(path, { patienceMs: 2000 });
    paths.set(store.id, path);
    return store;
  };
  const subject = {
    open: () => at(join(folder, `${files++}.db`)),
    reopen: (store: { readonly id: string }) => at(paths.get(store.id)!),
  };
  for (const { name, run } of storeContract(subject)) it(name, run);
});
