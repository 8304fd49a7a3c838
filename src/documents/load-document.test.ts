import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf, pageAt } from './document.ts';
import { loadDocument } from './load-document.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tandem-documents-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('loadDocument', () => {
  it('reads a text with its title, media type and hash', async () => {
    const document = await loadDocument(await file('notes.md', '# Notes\nHello.'));
    expect(document).toMatchObject({ title: 'notes.md', mediaType: 'text/markdown', text: '# Notes\nHello.' });
    expect(document.id).toMatch(/^[0-9a-f]{64}$/);
    expect(document.id).toBe(documentOf({ text: '# Notes\nHello.', title: 'other' }).id);
  });

  it.each([
    ['UTF-8 with a mark', Buffer.from('\ufeffhé', 'utf8')],
    ['UTF-16, little end first', Buffer.from('\ufeffhé', 'utf16le')],
    ['UTF-16, big end first', Buffer.from('\ufeffhé', 'utf16le').swap16()],
    ['Latin-1', Buffer.from([0x68, 0xe9])],
  ])('decodes %s', async (name, bytes) => {
    expect((await loadDocument(await file(`${name}.txt`, bytes))).text).toBe('hé');
  });

  it('takes the plain text out of HTML', async () => {
    expect((await loadDocument(await file('page.html', '<p>One</p><p>Two</p>'))).text).toBe('One\nTwo');
  });

  it.each([
    ['a missing file', 'absent.txt', undefined, /no such file.*Check the path/s],
    ['an empty file', 'empty.txt', ' \n ', /is empty.*Give a file/],
    ['a binary file', 'image.txt', Buffer.from([1, 0, 2]), /binary.*Give a text file/],
    ['a PDF', 'report.pdf', '%PDF-1.7', /PDF.*pdftotext/],
    ['a PDF by another name', 'report.txt', '%PDF-1.7\nplain so far', /binary/],
    ['a Word file', 'report.docx', 'PK', /DOCX.*pandoc/],
  ])('refuses %s and says what to do', async (_name, name, content, message) => {
    const path = content === undefined ? join(folder, name) : await file(name, content);
    await expect(loadDocument(path)).rejects.toMatchObject({
      code: 'unreadable_document',
      message: expect.stringMatching(message),
    });
    await expect(loadDocument(path)).rejects.toThrow(name);
  });

  it('refuses a folder and a file of more than 64 MiB', async () => {
    await expect(loadDocument(folder)).rejects.toThrow(/folder/);
    const path = await file('large.txt', '');
    await truncate(path, 64 * 1024 * 1024 + 1);
    await expect(loadDocument(path)).rejects.toThrow(/Split it/);
  });
});

describe('pageAt', () => {
  it('numbers pages from 1, at their edges too', () => {
    const document = documentOf({ text: 'one\ftwo\fthree' });
    expect([0, 3, 4, 8, 12].map(offset => pageAt(document, offset))).toEqual([1, 1, 2, 3, 3]);
    expect(pageAt(documentOf({ text: '' }), 0)).toBe(1);
  });
});
