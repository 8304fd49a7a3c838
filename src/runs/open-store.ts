import { TandemError } from '../model/errors.ts';
import * as engines from './engines.ts';
import type { RunStore, StoreOptions } from './store.ts';

/** Where runs are kept if nobody says otherwise. */
export const defaultJournalPath = '.tandem/tandem.db';

/**
 * Opens a store at a path. @throws TandemError `journal_failed`, `invalid_argument` for a path that
 * no engine knows
 */
export function openStore(path: string, options: StoreOptions): RunStore {
  const engine = Object.values(engines).find(({ knows }) => knows(path));
  if (engine) return engine.open(path, options);
  throw new TandemError(
    'invalid_argument',
    `No store is known for "${path}". Give the path of a file, or ":memory:".`,
  );
}
