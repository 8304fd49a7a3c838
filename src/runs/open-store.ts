import { TandemError } from '../model/errors.ts';
import { type ContentCipher, contentCipher } from './content-cipher.ts';
import * as engines from './engines.ts';
import type { RunStore, StoreOptions } from './store.ts';

/** Where runs are kept if nobody says otherwise. */
export const defaultJournalPath = '.tandem/tandem.db';

const sealOf = 'Whoever can read this has the key.';

/**
 * Opens a store with the cipher of what it holds of content. The first key that is used on a store
 * is its key from then on. @throws TandemError `journal_failed` for another key or none where there
 * is one, `invalid_argument` for an empty one
 */
export function openSealed(
  path: string,
  options: StoreOptions & { readonly key?: string | undefined; readonly what?: string },
): { readonly store: RunStore; readonly cipher: ContentCipher } {
  const { key, what, ...rest } = options;
  if (key?.trim() === '') throw emptyKey(path);
  const cipher = contentCipher(key, what ?? `The journal ${path}`);
  const store = openStore(path, rest);
  try {
    const { seal } = store;
    if (seal !== undefined) cipher.open(seal);
    if (key !== undefined && (seal === undefined || cipher.open(seal) !== sealOf))
      noteSeal(store, cipher);
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

function emptyKey(path: string): TandemError {
  return new TandemError(
    'invalid_argument',
    `The key that is to encrypt ${path} is empty. Set TANDEM_JOURNAL_KEY to a pass phrase, or ` +
      'unset it.',
  );
}

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
