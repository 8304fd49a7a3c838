import { randomBytes } from 'node:crypto';
import type { ContentCipher } from './content-cipher.ts';
import type { Store } from './store.ts';

/** Reads the secret of a run, and gives it one if it has none: a resumed run masks as it did before. */
export function runSecret(store: Store, cipher: ContentCipher, runId: string): string {
  const [row] = store.read<{ key: string | null }>('select masking_key as key from run where id = :id', {
    id: runId,
  });
  if (row?.key) return cipher.open(row.key);
  const secret = randomBytes(24).toString('base64url');
  const sql = `insert into run(id, begun_at, state, masking_key) values (:id, :at, 'running', :key)
    on conflict(id) do update set masking_key = excluded.masking_key`;
  // Not waited for: the intent of the first crossing is written after it, and nothing leaves before that.
  const values = { id: runId, at: new Date().toISOString(), key: cipher.seal(secret) };
  store.note([{ sql, values }]);
  return secret;
}
