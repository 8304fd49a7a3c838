import type { StoreEngine } from '../store.ts';
import { openSqliteStore } from './sqlite-store.ts';

/** Keeps all in a file, whatever its name; a path that begins with a scheme is none. */
export const sqliteEngine: StoreEngine = {
  knows: path => !path.startsWith(':') && !/^[a-z][a-z\d+.-]+:\/\//i.test(path),
  open: openSqliteStore,
};
