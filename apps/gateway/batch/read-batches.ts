import { existsSync } from 'node:fs';
import { isStoreAddress, storeWithin } from '../../../src/entries/runs.ts';
import { checkSettings } from '../settings.ts';
import { openState } from '../state-store.ts';
import type { KeptBatch } from './batch-store.ts';
import { readNow } from './batches.ts';

/** A batch of a server, with the key of the client that has sent it. */
export interface GatewayBatch
  extends Pick<KeptBatch, 'id' | 'status' | 'endpoint' | 'created_at' | 'request_counts'> {
  readonly owner: string;
}

/** Where batches are looked for. */
export interface BatchSource {
  /** What relative paths begin at. */
  readonly folder: string;
  /** The `gateway` of a configuration: its state and its keys. */
  readonly settings: unknown;
  /** Stands above the state of the settings. */
  readonly state?: string | undefined;
  readonly key?: string | undefined;
}

/** Lists the batches of servers on a store, newest first. @throws TandemError */
export async function readBatches(source: BatchSource): Promise<GatewayBatch[]> {
  const { state: ownPath, keys } = checkSettings(source.settings);
  const path = storeWithin(source.folder, source.state ?? ownPath);
  // A server that was never started has left none, and no file is made to say so.
  if (!isStoreAddress(path) && !existsSync(path)) return [];
  await using state = await openState(path, source.key === undefined ? {} : { key: source.key });
  const rows: GatewayBatch[] = [];
  for (const owner of ['local', ...keys.map(({ name }) => name)]) {
    for (const kept of await state.batches.list(owner)) {
      const { id, status, endpoint, created_at, request_counts } =
        kept.ended_at === undefined ? ((await readNow(state, owner, kept.id)) ?? kept) : kept;
      rows.push({ id, owner, status, endpoint, created_at, request_counts });
    }
  }
  return rows.toSorted((a, b) => b.created_at - a.created_at);
}
