import { afterAll, describe, it } from 'vitest';
import { storeContract } from '../../testing/store-contract.ts';
import type { RunStore } from '../store.ts';
import { openPostgresStore } from './postgres-store.ts';
import { dropSchemas, freshAddress, testServer } from './test-server.ts';

const addressOf = new Map<string, string>();
afterAll(async () => {
  await dropSchemas([...addressOf.values()]);
}, 60_000);

// Without TANDEM_TEST_POSTGRES=postgres://… these are skipped; `.ci/run postgres` starts one.
describe.skipIf(!testServer)('a store on Postgres', () => {
  const at = (address: string) => {
    const store = openPostgresStore(address, { patienceMs: 2000 });
    addressOf.set(store.id, address);
    return store;
  };
  const subject = {
    open: () => at(freshAddress(testServer!)),
    reopen: (store: RunStore) => at(addressOf.get(store.id)!),
  };
  for (const { name, run } of storeContract(subject)) it(name, run);
});
