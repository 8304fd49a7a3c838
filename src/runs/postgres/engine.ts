import type { StoreEngine } from '../engine/store-engine.ts';
import { isPostgresAddress } from './address.ts';
import { openPostgresStore } from './postgres-store.ts';

/** Keeps all in a Postgres, which any number of processes and machines may share. */
export const postgresEngine: StoreEngine = {
  knows: isPostgresAddress,
  open: openPostgresStore,
};
