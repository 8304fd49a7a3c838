import { expect, it } from 'vitest';
import { pdfOf as linesAsPdf } from '../../../testing/index.ts';
import { parseDocuments } from '../attachments.ts';

const stream = (text: string) => `<< /Length ${text.length} >>\nstream\n${text}\nendstream`;
const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';

function pdfOf(pages: readonly string[]): Uint8Array {
  const kids = pages.map((_, at) => `${5 + 2 * at} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    font,
    ...pages.flatMap((page, at) => [
      stream(page),
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents ${4 + 2 * at} 0 R ` +
        '/Resources << /Font << /F1 3 0 R >> >> >>',
    ]),
  ];
  const body = objects.map((each, at) => `${at + 1} 0 obj\n${each}\nendobj\n`).join('');
  return new TextEncoder().encode(`%PDF-1.4\n${body}trailer\n<< /Root 1 0 R >>\n%%EOF`);
}

it('gives up a page of more pieces than anybody reads, tells it and reads the others', async () => {
  const pieces = Array.from(
    { length: 120_000 },
    (_, at) => `1 0 0 1 ${at % 590} ${3 * Math.floor(at / 590)} Tm (w${at}) Tj`,
  );
  const bytes = pdfOf([
    'BT /F1 12 Tf 60 700 Td (The fee is 40 euros.) Tj ET',
    `BT /F1 1 Tf ${pieces.join('\n')} ET`,
    'BT /F1 12 Tf 60 700 Td (The term is 3 years.) Tj ET',
  ]);
  const file = { bytes, title: 'dense.pdf', mediaType: 'application/pdf' };
  const [document] = (await parseDocuments(file)).documents;
  expect(document!.text).toContain('The fee is 40 euros.');
  expect(document!.text).toContain('The term is 3 years.');
  expect(document!.withoutText).toEqual([2]);
}, 120_000);

it('reads a page of very many pieces in their number, not in its square', async () => {
  const piece = (_: unknown, at: number) => ({
    text: `w${at}`,
    ...{ x: 20 + (at % 40) * 14, y: 780 - Math.floor(at / 40) * 0.5, size: 4 },
  });
  const bytes = linesAsPdf([Array.from({ length: 60_000 }, piece)]);
  const begun = performance.now();
  const { documents } = await parseDocuments({
    ...{ bytes, title: 'a.pdf', mediaType: 'application/pdf' },
  });
  expect(documents[0]?.text).toContain('w59999');
  expect(performance.now() - begun).toBeLessThan(15_000);
}, 60_000);
