import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docxOf } from '../../testing/docx.ts';
import { pdfOf } from '../../testing/pdf.ts';
import { documentOf, pageAt } from '../document.ts';
import { loadDocument } from './load-document.ts';
import { loadDocuments } from './load-documents.ts';

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
    expect(document).toMatchObject({
      title: 'notes.md',
      mediaType: 'text/markdown',
      text: '# Notes\nHello.',
    });
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
    expect((await loadDocument(await file('page.html', '<p>One</p><p>Two</p>'))).text).toBe(
      'One\nTwo',
    );
  });

  it.each([
    ['a missing file', 'absent.txt', undefined, /no such file.*Check the path/s],
    ['an empty file', 'empty.txt', ' \n ', /is empty.*Give a file/],
    ['a file of no byte', 'nothing.txt', '', /is empty.*Give a file/],
    ['a binary file', 'image.txt', Buffer.from([1, 0, 2]), /binary.*Give a text/],
    ['a broken PDF', 'report.pdf', '%PDF-1.7', /PDF is broken.*qpdf/],
    ['a broken PDF by another name', 'report.txt', '%PDF-1.7\nplain so far', /PDF is broken/],
    ['a broken Word file', 'report.docx', 'PK\u0003\u0004word/document', /Word file is broken/],
    ['an archive named as Word', 'archive.docx', 'PK\u0003\u0004other', /is an archive/],
    [
      'an encrypted Office file',
      'locked.docx',
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      /encrypted Office file/,
    ],
    ['a spreadsheet', 'sheet.xlsx', 'PK\u0003\u0004xl/', /XLSX.*CSV/],
    ['a picture', 'scan.png', Buffer.from('89504e470d0a1a0a00', 'hex'), /binary/],
  ])('refuses %s and says what to do', async (_name, name, content, message) => {
    const path = content === undefined ? join(folder, name) : await file(name, content);
    await expect(loadDocument(path)).rejects.toMatchObject({
      code: 'unreadable_document',
      message: expect.stringMatching(message),
    });
    await expect(loadDocument(path)).rejects.toThrow(name);
  });

  it('refuses a folder, and a file of 2 GB without reading it', async () => {
    await expect(loadDocument(folder)).rejects.toThrow(/folder/);
    const path = await file('large.txt', '');
    await truncate(path, 2 * 1024 ** 3);
    await expect(loadDocument(path)).rejects.toThrow(/Split it/);
  });
});

describe('PDF', () => {
  it('gives text page by page, cells parted by tabs, with the place of every line', async () => {
    const bytes = pdfOf([
      [{ text: 'Fees' }, { text: 'Item', y: 650 }, { text: 'Price', x: 300, y: 650 }],
      [{ text: 'Second page.' }],
    ]);
    const document = await loadDocument(await file('fees.pdf', bytes));
    expect(document.text).toBe('Fees\n\nItem\tPrice\n\fSecond page.\n');
    expect(document.pages).toHaveLength(2);
    expect(document.lines![0]).toMatchObject({ start: 0, end: 4, x: 72, y: 700 });
  });

  it('is read whatever its name says', async () => {
    expect(
      (await loadDocument(await file('fees.txt', pdfOf([[{ text: 'Fees' }]])))).mediaType,
    ).toBe('application/pdf');
  });

  it('reports pages without text, and refuses a file of pictures alone', async () => {
    expect(
      (await loadDocument(await file('part.pdf', pdfOf([[{ text: 'Fees' }], [], []])))).withoutText,
    ).toEqual([2, 3]);
    await expect(loadDocument(await file('scan.pdf', pdfOf([[], []])))).rejects.toThrow(
      /2 pages are pictures.*ocrmypdf/,
    );
  });

  it('is refused when it is encrypted', async () => {
    const path = await file('locked.pdf', pdfOf([[{ text: 'Fees' }]], { isEncrypted: true }));
    await expect(loadDocument(path)).rejects.toThrow(/is encrypted.*qpdf --decrypt/);
  });
});

describe('DOCX', () => {
  it('gives text with its headings marked', async () => {
    const document = await loadDocument(
      await file('fees.docx', docxOf(['# Fees', 'A fee of 2.', 'Another.'])),
    );
    expect(document.text).toBe('# Fees\n\nA fee of 2.\nAnother.');
  });
});

describe('loadDocuments', () => {
  it('reads folders in the order of names, and lists what it cannot read', async () => {
    const below = join(folder, 'below', 'deeper');
    await mkdir(below, { recursive: true });
    await file('below/b.md', 'B');
    await file('below/deeper/a.txt', 'A');
    await file('below/c.pdf', '%PDF-1.7');
    await file('below/.hidden.txt', 'no');
    await file('below/tool.exe', 'no');
    const { documents, unread } = await loadDocuments([join(folder, 'below')]);
    expect(documents.map(({ title }) => title)).toEqual(['b.md', 'deeper/a.txt']);
    expect(unread).toMatchObject([{ title: 'c.pdf', why: expect.stringContaining('broken') }]);
  });

  it('fails for a file that was named itself, and for a folder without documents', async () => {
    await expect(loadDocuments([join(folder, 'below', 'c.pdf')])).rejects.toThrow('broken');
    await mkdir(join(folder, 'empty'));
    await expect(loadDocuments([join(folder, 'empty')])).rejects.toThrow('holds no document');
  });
});

describe('pageAt', () => {
  it('numbers pages from 1, at their edges too', () => {
    const document = documentOf({ text: 'one\ftwo\fthree' });
    expect([0, 3, 4, 8, 12].map(offset => pageAt(document, offset))).toEqual([1, 1, 2, 3, 3]);
    expect(pageAt(documentOf({ text: '' }), 0)).toBe(1);
  });
});
