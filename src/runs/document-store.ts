import type { DocumentSource, KeptDocument } from '../model/run/ports.ts';
import type { ContentCipher } from './content-cipher.ts';
import type { StorePassword } from './engine/store-engine.ts';
import { defaultLeaseMs } from './leases.ts';
import { defaultJournalPath, openSealed } from './open-store.ts';
import { now } from './run-entries.ts';
import type { Kept } from './store.ts';

/** Options of a store of documents. */
export interface DocumentStoreOptions {
  /** The file; it may be the journal's. Default: `.tandem/tandem.db`. */
  readonly path?: string;
  /**
   * Encrypts titles, texts and what was read in them, by this pass phrase. Default: none.
   */
  readonly key?: string;
  /** The password of a store elsewhere, as `openJournal` takes it. */
  readonly password?: StorePassword;
}

/** A document in a list. */
export interface ListedDocument {
  readonly id: string;
  readonly title: string;
  readonly characters: number;
  readonly keptAt: string;
}

/**
 * Keeps documents by the hash of their text, and what workers have read in them, so that a second
 * question pays only for what is new. For `run({ documents })`.
 */
export interface DocumentStore extends DocumentSource, Disposable {
  /** Keeps a document; `reference: { tandem: id }` names it from then on. Returns the id. */
  keep(document: KeptDocument): Promise<string>;
  /** Lists what is kept, newest first. */
  list(): Promise<ListedDocument[]>;
  /** Forgets a document, and what was read in it. */
  remove(id: string): Promise<void>;
  close(): void;
}

const mostListed = 10_000;

/**
 * Opens a store of documents. @throws TandemError `journal_failed`
 * @example
 * ```ts
 * using documents = openDocumentStore({ path: '.tandem/tandem.db' });
 * await run({ documents }, async () => support.doGenerate(call));
 * ```
 */
export function openDocumentStore(options: DocumentStoreOptions = {}): DocumentStore {
  const { store, cipher } = openSealed(options.path ?? defaultJournalPath, {
    patienceMs: defaultLeaseMs / 4,
    key: options.key,
    password: options.password,
  });
  const close = () => store.close();
  return {
    async keep(document) {
      await store.put(itemOf(document, cipher));
      return document.id;
    },
    async get(id) {
      const kept = await store.get('document', '', id);
      return kept && (JSON.parse(cipher.open(String(kept.body))) as KeptDocument);
    },
    async recall(documentId, key) {
      const kept = await store.get('reading', documentId, key);
      return kept && cipher.open(String(kept.body));
    },
    async remember(documentId, key, value) {
      const body = cipher.seal(value);
      await store.put({
        kind: 'reading',
        owner: documentId,
        id: key,
        at: now(),
        head: '',
        size: value.length,
        body,
      });
    },
    async list() {
      const listed = await store.list('document', '', mostListed);
      return listed.map(({ id, head, size, at }) => {
        const { title } = JSON.parse(cipher.open(head)) as { title: string };
        return { id, title, characters: size, keptAt: at };
      });
    },
    async remove(id) {
      await Promise.all([store.remove('document', '', id), store.remove('reading', id)]);
    },
    close,
    [Symbol.dispose]: close,
  };
}

// The title stands apart from the text, to be listed without it, and sealed as well.
function itemOf(document: KeptDocument, cipher: ContentCipher): Kept {
  return {
    kind: 'document',
    owner: '',
    id: document.id,
    at: now(),
    head: cipher.seal(JSON.stringify({ title: document.title })),
    size: document.text.length,
    body: cipher.seal(JSON.stringify(document)),
  };
}
