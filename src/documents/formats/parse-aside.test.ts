import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { docxOf } from '../../testing/docx.ts';
import { parseDocuments } from './attachments.ts';
import { loadDocument } from './load-document.ts';
import { parseAside } from './parse-aside.ts';

const mb = 1024 * 1024;
const docx = (body: Uint8Array, claimed = body.length) => {
  const packed = deflateRawSync(body, { level: 9 });
  const name = Buffer.from('word/document.xml');
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(packed.length, 18);
  local.writeUInt32LE(claimed, 22);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(claimed, 24);
  entry.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length + name.length, 12);
  end.writeUInt32LE(local.length + name.length + packed.length, 16);
  return Buffer.concat([local, name, packed, entry, name, end]);
};
const pdf = (operators: Uint8Array) => {
  const packed = deflateSync(operators, { level: 9 });
  const parts = [
    '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n',
    '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n',
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]' +
      '/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n',
    '5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n',
    `4 0 obj<</Length ${packed.length}/Filter/FlateDecode>>stream\n`,
  ];
  return Buffer.concat([
    Buffer.from(`%PDF-1.7\n${parts.join('')}`),
    packed,
    Buffer.from('\nendstream endobj\ntrailer<</Root 1 0 R>>'),
  ]);
};
const mailOf = (attached: readonly Uint8Array[]) => {
  const head = 'From: a@b.c\r\nTo: d@e.f\r\nMIME-Version: 1.0\r\n';
  const parts = attached.map(
    (bytes, n) =>
      `--x${attached.length}\r\nContent-Type: application/octet-stream\r\n` +
      'Content-Transfer-Encoding: base64\r\n' +
      `Content-Disposition: attachment; filename=a${n}\r\n\r\n` +
      `${Buffer.from(bytes).toString('base64')}\r\n`,
  );
  const type = `Content-Type: multipart/mixed; boundary=x${attached.length}\r\n\r\n`;
  return Buffer.from(`${head}${type}${parts.join('')}--x${attached.length}--\r\n`);
};
const file = (bytes: Uint8Array, title = 'it') => ({ bytes, title, mediaType: 'text/plain' });

describe('documents that are bombs', () => {
  it.each([
    ['says how long it is', undefined],
    ['claims to be short', 10],
  ])('refuses a Word file that unpacks without end, which %s', async (_name, claimed) => {
    const bomb = docx(Buffer.alloc(100 * mb, 32), claimed);
    const begun = process.threadCpuUsage();
    await expect(parseAside(file(bomb))).rejects.toMatchObject({
      code: 'unreadable_document',
      message: expect.stringContaining('unpacks to more than'),
    });
    expect(process.threadCpuUsage(begun).user / 1000).toBeLessThan(500);
  });

  it('ends the reading of a page of endless operators with its caller', async () => {
    const bomb = pdf(Buffer.from(`BT /F 9 Tf ${'(a) Tj '.repeat(4 * mb)} ET`));
    const gone = new AbortController();
    setTimeout(() => gone.abort(new Error('gone')), 300);
    const begun = performance.now();
    await expect(parseAside(file(bomb), { signal: gone.signal })).rejects.toThrow('gone');
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it('reads of a mail, and of mails in it, no more together than of one file', async () => {
    const words = 'word of it '.repeat(360_000);
    const paragraph = `<w:p><w:r><w:t>${words}</w:t></w:r></w:p>`;
    const body = `<w:document><w:body>${paragraph}</w:body></w:document>`;
    const bombs = Array.from({ length: 9 }, () => docx(Buffer.from(body)));
    const { documents, unread } = await parseDocuments(file(mailOf([...bombs, mailOf(bombs)])));
    const read = documents.reduce((sum, { text }) => sum + text.length, 0);
    expect(read).toBeGreaterThan(60 * mb);
    expect(read).toBeLessThan(64 * mb);
    expect(unread.map(({ why }) => why)).toEqual([
      expect.stringContaining('comes to more than 67108864 characters'),
      expect.stringContaining('comes to more than 67108864 characters'),
    ]);
  });

  it('reads the next document after it', async () => {
    const { text } = await parseAside(file(docxOf(['# Fees', 'A fee of 2.'])));
    expect(text).toContain('A fee of 2.');
  });
});

describe('documents that cannot be read', () => {
  it('leave their thread to the next one, but for a PDF, whose reading may go on', async () => {
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    const ends = vi.spyOn(Worker.prototype, 'terminate');
    await expect(parseAside(file(Buffer.from('PK\u0003\u0004 broken')))).rejects.toThrow('broken');
    expect(ends).not.toHaveBeenCalled();
    await expect(parseAside(file(Buffer.from('%PDF-1.7\n1 0 obj')))).rejects.toThrow('broken');
    expect(ends).toHaveBeenCalledOnce();
    expect((await parseAside(file(docxOf(['# Fees'])))).text).toContain('Fees');
    ends.mockRestore();
  });
});

describe('what is no file', () => {
  it('is refused before it is opened: a named pipe waits for ever', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-pipe-'));
    const pipe = join(folder, 'pipe.txt');
    execFileSync('mkfifo', [pipe]);
    await expect(loadDocument(pipe)).rejects.toThrow(/not a regular file/);
    await expect(loadDocument('/dev/zero')).rejects.toThrow(/not a regular file/);
    rmSync(folder, { recursive: true });
  });
});
