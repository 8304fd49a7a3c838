import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type PlacedText, pdfOf } from '../../src/testing/index.ts';
import { companyFiling } from '../documents/company-filing.ts';
import type { EvalRow } from '../result.ts';
import { seeded } from './seeded.ts';

const pages = 300;
const asked = 5;
const mostSeconds = 20;
const program = join(import.meta.dirname, '..', '..', 'bin', 'tandem.mjs');

interface Asked {
  readonly coverage: {
    readonly chunks: number;
    readonly read: number;
    readonly pages: { total: number; read: number };
  };
  readonly citations: readonly { readonly quote: string; readonly page: number }[];
}

/**
 * Asks questions on a PDF of 300 pages by the command line, with no model configured and no
 * network.
 */
export async function askOffline(): Promise<EvalRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-evals-'));
  const filing = companyFiling({ tokens: (pages * 3500) / 4, random: seeded(12) });
  const file = join(folder, 'annual-report.pdf');
  const sheets = filing.text.split('\f').slice(0, pages);
  writeFileSync(file, pdfOf(sheets.map(linesOf)));
  const end = sheets.join('\f').length;
  const lookups = filing.questions
    .filter(({ type, evidence }) => type === 'lookup' && evidence[0]!.end < end)
    .slice(0, asked);
  const seconds: number[] = [];
  let found = 0;
  let read = 1;
  for (const { question, evidence } of lookups) {
    const begun = performance.now();
    const answer = await ask(folder, file, question);
    seconds.push((performance.now() - begun) / 1000);
    const words = oneLine(filing.text.slice(evidence[0]!.start, evidence[0]!.end));
    if (answer.citations.some(({ quote }) => oneLine(quote).includes(words))) found++;
    read = Math.min(read, answer.coverage.pages.read / sheets.length);
  }
  rmSync(folder, { recursive: true });
  const slowest = Math.max(...seconds);
  const recall = found / lookups.length;
  const what = `tandem ask --doc, offline, a PDF of ${sheets.length} pages`;
  return [
    {
      what: `${what}: evidence recall of ${lookups.length} lookups`,
      value: recall,
      wanted: 'at least 0.95',
      isMet: recall >= 0.95,
    },
    { what: `${what}: pages read`, value: read, wanted: 'exactly 1', isMet: read === 1 },
    {
      what: `${what}: slowest, in seconds`,
      value: slowest,
      wanted: `under ${mostSeconds}`,
      isMet: slowest < mostSeconds,
    },
  ];
}

async function ask(folder: string, file: string, question: string): Promise<Asked> {
  const { PATH = '', HOME = '' } = process.env;
  const args = [program, 'ask', '--doc', file, question, '--json', '--local', 'extractive:'];
  const options = { cwd: folder, env: { PATH, HOME }, maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(process.execPath, args, options);
  return JSON.parse(stdout) as Asked;
}

const lineLetters = 100;

// Lines as a page has them: broken at spaces, cells of tables apart.
function linesOf(page: string): PlacedText[] {
  const lines: PlacedText[] = [];
  let y = 760;
  for (const paragraph of page.split('\n')) {
    if (paragraph === '') y -= 8;
    for (const line of brokenLines(paragraph)) {
      y -= 9;
      for (const [index, cell] of line.split('\t').entries())
        lines.push({ text: cell, x: 40 + index * 90, y });
    }
  }
  return lines;
}

function brokenLines(paragraph: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > lineLetters) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].filter(each => each !== '');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
