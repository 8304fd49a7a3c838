import { TandemError } from '../model/errors.ts';
import { type ContentCipher, contentCipher } from './content-cipher.ts';
import type { StoreOptions } from './engine/store-engine.ts';
import { withoutPassword } from './engine/store-path.ts';
import * as engines from './engines.ts';
import type { RunStore } from './store.ts';

/** Where runs are kept if nobody says otherwise. */
export const defaultJournalPath = '.tandem/tandem.db';

const sealOf = 'Whoever can read this has the key.';

/** How a store is opened with its cipher. */
interface SealedOptions extends StoreOptions {
  readonly key?: string | undefined;
  /** What errors call it. */
  readonly what?: string;
  /** Whether content is kept in it. Default: true. */
  readonly holdsContent?: boolean;
}

/**
 * Opens a store with the cipher of what it holds of content. The first key that is used on a store
 * is its key from then on. One that is not on this device holds content only sealed. @throws
 * TandemError `journal_failed` for another key or none where there is one, `invalid_argument` for
 * an empty one, or none where one is needed
 * @example
 * ```ts
 * const { store, cipher } = openSealed('.tandem/tandem.db', {
 *   key: process.env.TANDEM_JOURNAL_KEY,
 *   patienceMs: 2000,
 * });
 * ```
 */
export function openSealed(
  path: string,
  options: SealedOptions,
): { readonly store: RunStore; readonly cipher: ContentCipher } {
  const { key, what, holdsContent = true, ...rest } = options;
  if (key?.trim() === '') throw emptyKey(path);
  const cipher = contentCipher(key, what ?? `The journal ${withoutPassword(path)}`);
  const admit = (seal: string | undefined) => {
    if (seal !== undefined) cipher.open(seal);
    if (key !== undefined && (seal === undefined || cipher.open(seal) !== sealOf))
      noteSeal(store, cipher);
  };
  const store = openStore(path, { ...rest, admit });
  try {
    const isElsewhere = store.place !== undefined && store.place !== 'device';
    if (isElsewhere && holdsContent && key === undefined) throw unsealed(store.name);
    // What is connected to later asks for its key then.
    if (store.place === undefined) admit(store.seal);
  } catch (error) {
    store.close();
    throw error;
  }
  return { store, cipher };
}

// What cannot be written now is told with what is written next.
function noteSeal(store: RunStore, cipher: ContentCipher): void {
  const [body, id] = [cipher.seal(sealOf), 'seal'];
  store
    .put({ kind: 'setting', owner: '', id, at: '', head: '', size: body.length, body })
    .catch(() => {});
}

// Whoever has the machine of a store reads what is not sealed, among it documents that may not
// leave this one.
function unsealed(name: string): TandemError {
  return new TandemError(
    'invalid_argument',
    `The store ${name} is not on this device, and what it would keep is not sealed. Set ` +
      'TANDEM_JOURNAL_KEY (`key`) to a pass phrase that is not there, or keep figures alone ' +
      "(`content: 'hashes'`).",
    { data: { store: name } },
  );
}

function emptyKey(path: string): TandemError {
  return new TandemError(
    'invalid_argument',
    `The key that is to encrypt ${withoutPassword(path)} is empty. Set TANDEM_JOURNAL_KEY ` +
      'to a pass phrase, or unset it.',
  );
}

/**
 * Opens a store at a path. @throws TandemError `journal_failed`, `invalid_argument` for a path that
 * no engine knows
 * @example
 * ```ts
 * const store = openStore('.tandem/tandem.db', { patienceMs: 2000 });
 * ```
 */
export function openStore(path: string, options: StoreOptions): RunStore {
  const engine = Object.values(engines).find(({ knows }) => knows(path));
  if (engine) return engine.open(path, options);
  throw new TandemError(
    'invalid_argument',
    `No store is known for "${withoutPassword(path)}". Give the path of a file, ":memory:", ` +
      'or "postgres://user@host/database".',
  );
}
