import type { DocumentSource, KeptDocument } from '../model/run/ports.ts';
import { contentCipher } from './content-cipher.ts';
import { defaultJournalPath } from './journal.ts';
import { Store } from './store.ts';

/** Options of a store of documents. */
export interface DocumentStoreOptions {
  /** The file; it may be the journal's. Default: `.tandem/tandem.db`. */
  readonly path?: string;
  /** Encrypts texts and what was read in them, by this pass phrase. Titles stay readable. Default: none. */
  readonly key?: string;
}

/** A document in a list. */
export interface ListedDocument {
  readonly id: string;
  readonly title: string;
  readonly characters: number;
  readonly keptAt: string;
}

/**
 * Keeps documents by the hash of their text, and what workers have read in them, so that a second question pays only
 * for what is new. For `run({ documents })`.
 */
export interface DocumentStore extends DocumentSource, Disposable {
  /** Keeps a document; `reference: { tandem: id }` names it from then on. Returns the id. */
  keep(document: KeptDocument): Promise<string>;
  /** Lists what is kept, newest first. */
  list(): ListedDocument[];
  /** Forgets a document, and what was read in it. */
  remove(id: string): Promise<void>;
  close(): void;
}

/** Opens a store of documents. @throws TandemError `journal_failed` */
export function openDocumentStore(options: DocumentStoreOptions = {}): DocumentStore {
  const store = new Store(options.path ?? defaultJournalPath);
  const cipher = contentCipher(options.key);
  const readings = new Map<string, Map<string, string>>();
  const load = (documentId: string) => {
    const known = readings.get(documentId);
    if (known) return known;
    const sql = 'select key, body from reading where document = :id';
    const rows = store.read<{ key: string; body: string }>(sql, { id: documentId });
    const loaded = new Map(rows.map(({ key, body }) => [key, cipher.open(body)]));
    readings.set(documentId, loaded);
    return loaded;
  };
  const close = () => store.close();
  return {
    async keep(document) {
      const sql = `insert or replace into kept_document(id, title, characters, kept_at, body)
        values (:id, :title, :characters, :at, :body)`;
      const { id, title, text } = document;
      const body = cipher.seal(JSON.stringify(document));
      await store.write([{ sql, values: { id, title, characters: text.length, at: new Date().toISOString(), body } }]);
      return id;
    },
    get(id) {
      const [row] = store.read<{ body: string }>('select body from kept_document where id = :id', { id });
      return row && (JSON.parse(cipher.open(row.body)) as KeptDocument);
    },
    recall: (documentId, key) => load(documentId).get(key),
    async remember(documentId, key, value) {
      load(documentId).set(key, value);
      const sql = 'insert or replace into reading(document, key, body) values (:document, :key, :body)';
      await store.write([{ sql, values: { document: documentId, key, body: cipher.seal(value) } }]);
    },
    list: () =>
      store.read<ListedDocument>(
        'select id, title, characters, kept_at as keptAt from kept_document order by kept_at desc, id',
      ),
    async remove(id) {
      readings.delete(id);
      await store.write([
        { sql: 'delete from kept_document where id = :id', values: { id } },
        { sql: 'delete from reading where document = :id', values: { id } },
      ]);
    },
    close,
    [Symbol.dispose]: close,
  };
}
