import { randomBytes } from 'node:crypto';
import {
  type ContentCipher,
  type KeptHead,
  openSealed,
  openStore,
  type PruneOptions,
  type RunStore,
  type SharedAccounts,
} from '../../src/entries/runs.ts';
import { TandemError } from '../../src/index.ts';
import { type BatchStore, batchesIn } from './batch/batch-store.ts';
import type { KeptFile } from './wire/file-part.ts';

/** A file as its caller sees it. */
export interface FileRow {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly purpose: string;
  readonly label: string | null;
  readonly createdAt: number;
  /** Seconds since 1970 from which it is gone; absent where it stays. */
  readonly expiresAt?: number | undefined;
  /** Why it cannot be read as a document; absent where it can be. */
  readonly unread?: string | undefined;
}

type NewFile = KeptFile & Pick<FileRow, 'purpose' | 'expiresAt' | 'unread'>;

/** A response with the conversation it belongs to. */
export interface KeptResponse {
  /** What the client was given, as JSON. */
  readonly body: string;
  /** The conversation up to and with it, as JSON. */
  readonly prompt: string;
  /** The items that it answers, as JSON; absent where it was kept before they were. */
  readonly input?: string | undefined;
  /** The strictest label of what it was made of; null where it was kept before labels were. */
  readonly label: string | null;
}

/** A conversation that responses go on with. */
export interface KeptConversation {
  readonly createdAt: number;
  readonly metadata: object;
  /** As clients see it. */
  readonly items: readonly object[];
  /** As models are asked with it, as JSON. */
  readonly prompt: string;
  /** The strictest of what it holds. */
  readonly label: string | null;
}

/** What a server keeps between requests, each thing for the caller that sent it alone. */
export interface StateStore extends AsyncDisposable {
  addFile(owner: string, file: NewFile): Promise<FileRow>;
  file(owner: string, id: string): Promise<KeptFile | undefined>;
  fileRow(owner: string, id: string): Promise<FileRow | undefined>;
  files(owner: string): Promise<FileRow[]>;
  removeFile(owner: string, id: string): Promise<boolean>;
  /** Bytes of all files of a caller. */
  keptBytes(owner: string): Promise<number>;
  /** Keeps a response; whoever asks for it in this process has it at once. */
  addResponse(owner: string, id: string, response: KeptResponse): Promise<void>;
  response(owner: string, id: string): Promise<KeptResponse | undefined>;
  removeResponse(owner: string, id: string): Promise<boolean>;
  /** Removes responses that were kept before an ISO time. */
  prune(before: string, options: PruneOptions): Promise<number>;
  putConversation(owner: string, id: string, conversation: KeptConversation): Promise<void>;
  conversation(owner: string, id: string): Promise<KeptConversation | undefined>;
  removeConversation(owner: string, id: string): Promise<boolean>;
  readonly batches: BatchStore;
  /** What keys spend, of all servers on this store together. */
  readonly accounts: SharedAccounts;
  /** The secret that signs tool-call ids: the same after a restart. */
  readonly secret: string;
}

const mostResponses = 10_000;
const mostListed = 1000;
// Long enough for another server on the same file, short enough for whoever waits for an answer.
const patienceMs = 2000;

/**
 * Opens the state of a server. With a key, files, conversations and the secret are encrypted; with
 * `hashes` files and conversations are kept in memory alone. @throws TandemError `journal_failed`,
 * also for another key than before
 */
export async function openState(
  path: string,
  { key, content = 'full' }: { readonly key?: string; readonly content?: 'full' | 'hashes' } = {},
): Promise<StateStore> {
  const { store, cipher } = openNamed(path, key);
  const contents = content === 'full' ? store : openStore(':memory:', { patienceMs });
  const close = async () => {
    await store[Symbol.asyncDispose]();
    if (contents !== store) contents.close();
  };
  try {
    const secret = await secretOf(store, cipher);
    return {
      ...filesIn(contents, cipher),
      ...responsesIn(contents, cipher),
      prune: (before, options) => contents.prune(before, options),
      ...conversationsIn(contents, cipher),
      batches: batchesIn(contents, cipher),
      accounts: store,
      secret,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function openNamed(path: string, key: string | undefined) {
  const what = `The state of the gateway, "${path}",`;
  try {
    return openSealed(path, { patienceMs, key, what });
  } catch (error) {
    if (error instanceof TandemError && error.message.startsWith(what)) throw error;
    throw new TandemError(
      'journal_failed',
      `The state of the gateway, "${path}", cannot be opened: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

function responsesIn(store: RunStore, cipher: ContentCipher) {
  // Those that are on their way to the store.
  const fresh = new Map<string, KeptResponse>();
  return {
    async addResponse(owner: string, id: string, response: KeptResponse): Promise<void> {
      const { body, prompt, input, label } = response;
      fresh.set(`${owner} ${id}`, response);
      const sealed = JSON.stringify({
        body: cipher.seal(body),
        prompt: cipher.seal(prompt),
        ...(input !== undefined && { input: cipher.seal(input) }),
      });
      const head = {
        kind: 'response' as const,
        owner,
        id,
        at: new Date().toISOString(),
        head: JSON.stringify({ label }),
      };
      try {
        await store.put({ ...head, size: body.length, body: sealed }, { newest: mostResponses });
      } finally {
        fresh.delete(`${owner} ${id}`);
      }
    },
    async response(owner: string, id: string): Promise<KeptResponse | undefined> {
      const known = fresh.get(`${owner} ${id}`);
      if (known) return known;
      const kept = await store.get('response', owner, id);
      if (!kept) return undefined;
      const { body, prompt, input } = JSON.parse(String(kept.body)) as Omit<KeptResponse, 'label'>;
      const { label = null } = JSON.parse(kept.head) as Partial<KeptResponse>;
      return {
        body: cipher.open(body),
        prompt: cipher.open(prompt),
        ...(input !== undefined && { input: cipher.open(input) }),
        label,
      };
    },
    removeResponse: (owner: string, id: string) => store.remove('response', owner, id),
  };
}

function conversationsIn(store: RunStore, cipher: ContentCipher) {
  return {
    async putConversation(owner: string, id: string, kept: KeptConversation): Promise<void> {
      const { label, ...content } = kept;
      const body = cipher.seal(JSON.stringify(content));
      const head = JSON.stringify({ label });
      const facts = { kind: 'conversation' as const, owner, id, at: new Date().toISOString() };
      await store.put({ ...facts, head, size: body.length, body }, { newest: mostResponses });
    },
    async conversation(owner: string, id: string): Promise<KeptConversation | undefined> {
      const kept = await store.get('conversation', owner, id);
      if (!kept) return undefined;
      const content = JSON.parse(cipher.open(String(kept.body))) as Omit<KeptConversation, 'label'>;
      const { label = null } = JSON.parse(kept.head) as Partial<KeptConversation>;
      return { ...content, label };
    },
    removeConversation: (owner: string, id: string) => store.remove('conversation', owner, id),
  };
}

function filesIn(store: RunStore, cipher: ContentCipher) {
  // The name of a file is content too.
  const rowOf = ({ id, head, size }: KeptHead): FileRow => ({
    ...{ id, size },
    ...(JSON.parse(cipher.open(head)) as Omit<FileRow, 'id' | 'size'>),
  });
  return {
    async addFile(owner: string, file: NewFile): Promise<FileRow> {
      const id = `file-${randomBytes(18).toString('base64url').replace(/[-_]/g, '0')}`;
      const { name, mediaType, purpose, label = null, bytes, expiresAt, unread } = file;
      const now = Date.now();
      const createdAt = Math.floor(now / 1000);
      const facts = { name, mediaType, purpose, label, createdAt, expiresAt, unread };
      const head = cipher.seal(JSON.stringify(facts));
      const body = sealedBytes(bytes, cipher);
      await store.put({
        kind: 'file',
        owner,
        id,
        at: new Date(now).toISOString(),
        head,
        size: bytes.length,
        body,
      });
      return { id, size: bytes.length, ...facts };
    },
    async file(owner: string, id: string): Promise<KeptFile | undefined> {
      const kept = await store.get('file', owner, id);
      if (!kept || hasExpired(rowOf(kept))) return undefined;
      const { name, mediaType, label } = rowOf(kept);
      return { name, mediaType, bytes: openedBytes(kept.body, cipher), label: label ?? undefined };
    },
    async fileRow(owner: string, id: string): Promise<FileRow | undefined> {
      const kept = await store.get('file', owner, id);
      const row = kept && rowOf(kept);
      return row && hasExpired(row) ? undefined : row;
    },
    async files(owner: string): Promise<FileRow[]> {
      const rows = (await store.list('file', owner, mostListed)).map(rowOf);
      for (const row of rows.filter(hasExpired)) await store.remove('file', owner, row.id);
      return rows.filter(row => !hasExpired(row));
    },
    removeFile: (owner: string, id: string) => store.remove('file', owner, id),
    keptBytes: (owner: string) => store.size('file', owner),
  };
}

function hasExpired({ expiresAt }: FileRow): boolean {
  return expiresAt !== undefined && expiresAt * 1000 <= Date.now();
}

// Bytes stay bytes where nothing is encrypted; else they are a text, as all that is sealed.
function sealedBytes(bytes: Uint8Array, cipher: ContentCipher): Uint8Array | string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
  const sealed = cipher.seal(text);
  return sealed === text ? bytes : sealed;
}

function openedBytes(kept: Uint8Array | string, cipher: ContentCipher): Uint8Array {
  return typeof kept === 'string' ? Buffer.from(cipher.open(kept), 'base64') : kept;
}

async function secretOf(store: RunStore, cipher: ContentCipher): Promise<string> {
  const body = cipher.seal(randomBytes(32).toString('base64url'));
  const setting = {
    kind: 'setting' as const,
    owner: '',
    id: 'secret',
    at: '',
    head: '',
    size: body.length,
    body,
  };
  // Whichever server is first gives it.
  await store.put(setting, { ifAbsent: true });
  return cipher.open(String((await store.get('setting', '', 'secret'))!.body));
}
