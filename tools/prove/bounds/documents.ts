import { deflateSync, gzipSync } from 'node:zlib';
import { unzipSync, zipSync } from 'fflate';
import type { FileKind } from '../../../src/documents/formats/sniff.ts';
import { docxOf, pdfOf } from '../../../src/testing/index.ts';
import { hostileText, pick } from './hostile-texts.ts';

type Random = () => number;
type Make = (random: Random) => Uint8Array;

const tags = ['<table><tr>', '<a><b>', '<div>', '<p><i>', '<!--', '<svg><a>'];
const mailHead = 'From: a@b.c\r\nTo: d@e.f\r\nMessage-ID: <1>\r\nMIME-Version: 1.0\r\n';
const mailPart = 'Content-Type: multipart/mixed; boundary=x\r\n\r\n';
const oneLine = (text: string) => text.replace(/[\r\n]/g, '');

const bytes = (text: string) => Buffer.from(text, 'latin1');

/** Hostile files by the kinds of the table of readers; a kind without one fails the proof. */
export const documentsByKind: Readonly<Record<FileKind, readonly Make[]>> = {
  pdf: [
    random => mutated(pdfOf([[{ text: 'A page.' }], [{ text: 'Another.' }]]), random),
    random => bytes(`%PDF-1.4\n${hostileText(random, 30_000)}`),
    random => bytes(`%PDF-1.7\n1 0 obj\n${'<<'.repeat(Math.floor(random() * 5000))}`),
  ],
  zip: [
    random => mutated(docxOf(['# One', 'A paragraph of words.']), random),
    random => docxOf([hostileText(random, 30_000).replaceAll('\0', '')]),
    random => Buffer.concat([bytes('PK\u0003\u0004'), bytes(hostileText(random, 30_000))]),
  ],
  rtf: [
    random => bytes(`{\\rtf1 ${hostileText(random, 30_000)}`),
    random =>
      bytes(`{\\rtf1${pick(['{', '\\b', '\\u233?', "\\'e9", '\\bin99999 '], random).repeat(5000)}`),
  ],
  mail: [
    random =>
      bytes(
        `${mailHead}Subject: ${oneLine(hostileText(random, 2000))}\r\n\r\n` +
          hostileText(random, 30_000),
      ),
    () => bytes(`${mailHead}${mailPart}${`--x\r\n${mailPart}`.repeat(3000)}`),
  ],
  office: [
    random =>
      Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), bytes(hostileText(random, 30_000))]),
  ],
  picture: [random => bytes(`GIF87a${hostileText(random, 3000)}`)],
  media: [random => bytes(`ID3${hostileText(random, 3000)}`)],
  packed: [random => gzipSync(hostileText(random, 30_000))],
  other: [
    random => Buffer.from(hostileText(random, 100_000)),
    random => bytes(hostileText(random, 100_000)),
    random => Buffer.from(`<html><body>${hostileText(random, 30_000)}`),
    random => Buffer.from(`<?xml version="1.0"?>${hostileText(random, 30_000)}`),
    random => Buffer.from(`<html>${pick(tags, random).repeat(3000)}`),
    random => Buffer.from(`1\n00:00:01,000 --> 00:00:02,000\n${hostileText(random, 30_000)}`),
  ],
};

/** Files that fill memory or time, each read once. */
export const bombs: Readonly<Record<string, () => Uint8Array>> = {
  'a DOCX of 100 MiB': () => repacked('word '.repeat(20_000_000)),
  'a PDF of 100 MiB of operators': () => drawnBy('q Q\n'.repeat(26_000_000)),
  'a PDF of 8 MiB of operators': () => drawnBy('BT /F1 9 Tf (x) Tj ET\n'.repeat(380_000)),
  'HTML of 400 kB': () => Buffer.from(`<html>${'<b><i><a href=x>'.repeat(25_000)}`),
  'a line of 4 MB': () => Buffer.from('a'.repeat(4_000_000)),
  'a text of 4 MB': () => Buffer.from('A short sentence, which says 12 things. '.repeat(100_000)),
  'a table of 4 MB': () => Buffer.from('| a | 1,000 | x |\n'.repeat(220_000)),
};

function repacked(text: string): Uint8Array {
  const parts = unzipSync(docxOf(['PLACE']));
  const xml = Buffer.from(parts['word/document.xml'] ?? []).toString();
  return zipSync({ ...parts, 'word/document.xml': bytes(xml.replace('PLACE', text)) });
}

function drawnBy(operators: string): Uint8Array {
  const stream = deflateSync(bytes(operators));
  const head =
    '%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n' +
    '2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n' +
    '3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources ' +
    '<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>\nendobj\n' +
    `4 0 obj\n<< /Length ${stream.length} /Filter /FlateDecode >>\nstream\n`;
  return Buffer.concat([
    bytes(head),
    stream,
    bytes('\nendstream\nendobj\ntrailer\n<< /Size 5 /Root 1 0 R >>\n'),
  ]);
}

function mutated(whole: Uint8Array, random: Random): Uint8Array {
  const changed = Buffer.from(whole);
  for (let n = 0; n < 1 + random() * 20; n++)
    changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256);
  return random() < 0.3 ? changed.subarray(0, Math.floor(random() * changed.length) + 5) : changed;
}
