import type { StoreEngine } from '../engine/store-engine.ts';
import { openMemoryStore } from './memory-store.ts';

/** Keeps all in this process. */
export const memoryEngine: StoreEngine = {
  knows: path => path === ':memory:',
  open: () => openMemoryStore(),
};
