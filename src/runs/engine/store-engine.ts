import type { RunStore } from '../store.ts';

/** How a store is opened. */
export interface StoreOptions {
  /** Milliseconds that a write waits for another process before it is refused. */
  readonly patienceMs: number;
  /**
   * Called by a store that is connected to later, with the sealed text by which a key is tried;
   * nothing is asked of the store before, or where it throws.
   */
  readonly admit?: (seal: string | undefined) => Promise<void> | void;
  /** Opens a store elsewhere; a function is asked anew for each connection. */
  readonly password?: StorePassword | undefined;
}

/** A password, or what gives one for each connection, such as a token of Entra ID. */
export type StorePassword = string | (() => string | Promise<string>);

/** What opens stores of one kind: a folder beside this file, and a line in `engines.ts`. */
export interface StoreEngine {
  /** Whether a path is one of its own; no two engines know the same. */
  readonly knows: (path: string) => boolean;
  /** @throws TandemError `journal_failed` */
  readonly open: (path: string, options: StoreOptions) => RunStore;
}
