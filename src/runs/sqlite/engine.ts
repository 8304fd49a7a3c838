import type { StoreEngine } from '../engine/store-engine.ts';
import { isStoreAddress } from '../engine/store-path.ts';
import { openSqliteStore } from './sqlite-store.ts';

/** Keeps all in a file, whatever its name; a path that begins with a scheme is none. */
export const sqliteEngine: StoreEngine = {
  knows: path => !isStoreAddress(path),
  open: openSqliteStore,
};
