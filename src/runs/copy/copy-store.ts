import { TandemError } from '../../model/errors.ts';
import { isStoreAddress, withoutPassword } from '../engine/store-path.ts';
import { isPostgresAddress } from '../postgres/address.ts';
import { openCopyTarget } from '../postgres/copy-rows.ts';
import { openDump } from '../sqlite/dump-rows.ts';
import { type CopiedCounts, copyRows } from './copy-rows.ts';

/**
 * Copies the store of a file to a Postgres, whole; the file stays as it is. @throws TandemError
 * `invalid_argument` for other stores, `journal_failed`, `run_taken`
 * @example
 * ```ts
 * await copyStore('.tandem/tandem.db', 'postgres://tandem@db.example/tandem');
 * ```
 */
export async function copyStore(from: string, to: string): Promise<CopiedCounts> {
  if (isStoreAddress(from) || !isPostgresAddress(to)) {
    throw new TandemError(
      'invalid_argument',
      `A store is copied from a file to a Postgres, not from "${withoutPassword(from)}" to ` +
        `"${withoutPassword(to)}". Write FILE postgres://user@host/database.`,
    );
  }
  const target = openCopyTarget(to);
  try {
    const source = openDump(from);
    try {
      return await copyRows(source, target, from);
    } finally {
      source.close();
    }
  } finally {
    await target.close();
  }
}
