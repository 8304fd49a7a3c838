import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pdfOf } from '../../src/testing/index.ts';
import type { Proof } from './journal.ts';

const most = { seconds: 40, megabytes: 400 };
const words =
  'the company fiscal year revenue costs lease tenant payment under section shares market total';

/**
 * Reads a PDF of 1,000 pages, and a folder of 2,000 files, each in a process of its own: in 40 s
 * and 400 MB.
 */
export async function proveDocuments(share: number, random: () => number): Promise<Proof> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-documents-'));
  try {
    const [pages, files] = [Math.round(1000 * share), Math.round(2000 * share)];
    const pdf = join(folder, 'report.pdf');
    writeFileSync(pdf, pdfOf(Array.from({ length: pages }, () => pageOf(random))));
    const many = join(folder, 'many');
    mkdirSync(many);
    for (let file = 0; file < files; file++) {
      const text = Array.from({ length: 60 }, () => lineOf(random, 60)).join('\n\n');
      writeFileSync(join(many, `file-${file}.md`), `# File ${file}\n\n${text}\n`);
    }
    // A part of the proof runs beside other work, where a time says less.
    const patience = share < 1 ? 3 : 1;
    return joined([
      taken(`${pages} pages`, pdf, { wanted: { documents: 1, pages }, patience }),
      taken(`${files} files`, many, { wanted: { documents: files, pages: files }, patience }),
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Wanted {
  readonly wanted: { readonly documents: number; readonly pages: number };
  readonly patience: number;
}

function taken(what: string, path: string, { wanted, patience }: Wanted): Proof {
  const child = new URL('./documents-child.ts', import.meta.url).pathname;
  const said = execFileSync(process.execPath, [child, path], { encoding: 'utf8' });
  const { documents, pages, seconds, megabytes, unread } = JSON.parse(said);
  const isWhole = documents === wanted.documents && pages === wanted.pages && unread === 0;
  const problems = [
    ...(isWhole ? [] : [`${what}: ${documents} documents, ${pages} pages, ${unread} unread`]),
    ...(seconds <= patience * most.seconds ? [] : [`${what}: ${seconds.toFixed(1)} s`]),
    ...(megabytes <= most.megabytes ? [] : [`${what}: ${megabytes.toFixed(0)} MB`]),
  ];
  return { says: [`${what}: ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB`], problems };
}

function pageOf(random: () => number) {
  const lines = Array.from({ length: 45 }, (_, at) => ({
    text: lineOf(random, 12),
    y: 740 - 14 * at,
  }));
  const cells = [0, 1, 2, 3].map(at => ({
    text: String(Math.round(random() * 99_999)),
    x: 72 + 120 * at,
    y: 70,
  }));
  return [...lines, ...cells];
}

function lineOf(random: () => number, length: number): string {
  const known = words.split(' ');
  return Array.from({ length }, () => known[Math.floor(random() * known.length)]).join(' ');
}

function joined(proofs: readonly Proof[]): Proof {
  return {
    says: proofs.flatMap(({ says }) => says),
    problems: proofs.flatMap(({ problems }) => problems),
  };
}
