import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { KeptDocument } from '../model/run/ports.ts';
import { openDocumentStore } from './document-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the store of documents', () => {
  const document: KeptDocument = {
    id: 'd0c5',
    title: 'paper.txt',
    mediaType: 'text/plain',
    text: 'A text of weight.\fAnd a page.',
    label: 'local-only',
    pages: [
      { start: 0, end: 18 },
      { start: 18, end: 29 },
    ],
  };

  it('keeps a document by its hash, over a restart, and forgets it', async () => {
    const path = join(folder, 'a.db');
    {
      using store = openDocumentStore({ path });
      expect(await store.keep(document)).toBe(document.id);
    }
    using store = openDocumentStore({ path });
    expect(await store.get(document.id)).toEqual(document);
    expect(await store.list()).toMatchObject([
      { id: document.id, title: 'paper.txt', characters: 29 },
    ]);
    await store.remove(document.id);
    expect(await store.get(document.id)).toBeUndefined();
  });

  it('remembers what was read, over a restart', async () => {
    const path = join(folder, 'b.db');
    {
      using store = openDocumentStore({ path });
      await store.remember?.(document.id, 'k', 'an answer');
      expect(await store.recall?.(document.id, 'k')).toBe('an answer');
    }
    using store = openDocumentStore({ path });
    expect(await store.recall?.(document.id, 'k')).toBe('an answer');
    expect(await store.recall?.('other', 'k')).toBeUndefined();
  });

  it('keeps nothing readable under a key', async () => {
    const path = join(folder, 'c.db');
    {
      using store = openDocumentStore({ path, key: 'secret' });
      await store.keep(document);
      await store.remember?.(document.id, 'k', 'weighty answer');
    }
    expect(readFileSync(path, 'latin1')).not.toMatch(/weight|paper\.txt/);
    using store = openDocumentStore({ path, key: 'secret' });
    expect(await store.list()).toMatchObject([{ title: 'paper.txt' }]);
    expect((await store.get(document.id))!.text).toBe(document.text);
  });
});
