import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shownValue } from './print-result.ts';
import type { EvalResult, EvalRow } from './result.ts';

const docs = join(import.meta.dirname, '..', 'docs');

/**
 * Writes figures where a page has a place for them, between `<!-- eval NAME PART -->` and
 * `<!-- end of eval -->`: those of parts that were not measured stay.
 */
export function writeFigures({ eval: name, rows }: EvalResult): void {
  for (const [part, own] of Map.groupBy(rows, ({ part = '' }) => part)) {
    const begin = `<!-- eval ${name} ${part}`.trimEnd();
    for (const page of globSync('*.md', { cwd: docs })) writeInto(join(docs, page), begin, own);
  }
}

function writeInto(path: string, begin: string, rows: readonly EvalRow[]): void {
  const text = readFileSync(path, 'utf8');
  const from = text.indexOf(`${begin} -->`);
  const to = text.indexOf('<!-- end of eval -->', from);
  if (from < 0 || to < 0) return;
  const lines = rows.map(row => `| ${row.what} | ${shownValue(row)} | ${row.wanted ?? ''} |`);
  const table = ['| figure | here | wanted |', '| --- | --- | --- |', ...lines].join('\n');
  writeFileSync(path, `${text.slice(0, from)}${begin} -->\n\n${table}\n\n${text.slice(to)}`);
}
