import { TandemError } from '../../model/errors.ts';
import type { StoreOptions } from '../engine/store-engine.ts';
import { withoutPassword } from '../engine/store-path.ts';
import { isPostgresAddress } from '../postgres/address.ts';
import { openBossQueue } from '../postgres/boss/boss-queue.ts';
import type { RunQueue } from './run-queue.ts';

/**
 * Opens the queue beside a store, from which workers on any machine take runs. @throws TandemError
 * `invalid_argument` for a store that machines cannot share, `missing_package`, `store_busy`
 * @example
 * ```ts
 * const queue = await openRunQueue('postgres://tandem@db.example/tandem', { patienceMs: 2000 });
 * ```
 */
export async function openRunQueue(path: string, options: StoreOptions): Promise<RunQueue> {
  if (isPostgresAddress(path)) return openBossQueue(path, options);
  throw new TandemError(
    'invalid_argument',
    `Workers share a store on Postgres, and "${withoutPassword(path)}" is none. Set TANDEM_STORE ` +
      'to postgres://user@host/database.',
  );
}
