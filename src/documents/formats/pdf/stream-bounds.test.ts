import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { readPdf } from './read-pdf.ts';

function pdfDrawnBy(operators: string, dictionary = ''): Uint8Array {
  const packed = deflateSync(Buffer.from(operators, 'latin1'));
  const head =
    '%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n' +
    '2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n' +
    '3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R ' +
    '/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> ' +
    '>>\nendobj\n' +
    `4 0 obj\n<< /Length ${packed.length} /Filter /FlateDecode ${dictionary} >>\nstream\n`;
  return Buffer.concat([
    Buffer.from(head, 'latin1'),
    packed,
    Buffer.from('\nendstream\nendobj\ntrailer\n<< /Size 5 /Root 1 0 R >>\n%%EOF\n', 'latin1'),
  ]);
}

it.each(['q Q\n', '0 0 m ', 'BT ET '])(
  'a page that is drawn by too many operators is refused before it is read: %j',
  async operator => {
    const bytes = pdfDrawnBy(operator.repeat(Math.ceil(36_000_000 / operator.length)));
    expect(bytes.length).toBeLessThan(500_000);
    const begun = performance.now();
    await expect(readPdf({ bytes, title: 'a.pdf', mediaType: 'application/pdf' })).rejects.toThrow(
      /unpacks to more than/,
    );
    expect(performance.now() - begun).toBeLessThan(5000);
  },
);

it('a page of ordinary size is read', async () => {
  const bytes = pdfDrawnBy(
    `BT /F1 10 Tf 72 700 Td (A plain page of text.) Tj ET ${'q Q\n'.repeat(20_000)}`,
  );
  const { text } = await readPdf({ bytes, title: 'a.pdf', mediaType: 'application/pdf' });
  expect(text).toContain('A plain page of text.');
});
