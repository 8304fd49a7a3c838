import { openMemoryStore } from './memory/memory-store.ts';
import { openSqliteStore } from './sqlite/sqlite-store.ts';
import type { RunStore } from './store.ts';

/** Where runs are kept if nobody says otherwise. */
export const defaultJournalPath = '.tandem/tandem.db';

/** How a store is opened. */
export interface StoreOptions {
  /** Milliseconds that a write waits for another process before it is refused. */
  readonly patienceMs: number;
}

/** Every engine, by what its paths look like; the first that knows a path opens it. */
const engines: readonly {
  readonly knows: (path: string) => boolean;
  readonly open: (path: string, options: StoreOptions) => RunStore;
}[] = [
  { knows: path => path === ':memory:', open: () => openMemoryStore() },
  { knows: () => true, open: openSqliteStore },
];

/** Opens a store at a path. @throws TandemError `journal_failed` */
export function openStore(path: string, options: StoreOptions): RunStore {
  return engines.find(({ knows }) => knows(path))!.open(path, options);
}
