import { readFileSync, writeFileSync } from 'node:fs';
import type * as z from 'zod';
import { patternByName, wordsFor } from '../src/entries/config.ts';
import { markdownTable } from './markdown-table.ts';
import { sentencesOf } from './option-sentences.ts';

const marks = {
  begin: '<!-- options: npm run option-tables -->',
  end: '<!-- /options -->',
} as const;

/** Names the READMEs that hold a table of options, by pattern. */
export function tables(): { readonly path: string; readonly text: string; readonly now: string }[] {
  return Object.keys(patternByName)
    .map(pattern => ({ pattern, path: `src/patterns/${pattern}/README.md` }))
    .map(({ pattern, path }) => ({ path, text: readFileSync(path, 'utf8'), pattern }))
    .filter(({ text }) => text.includes(marks.begin))
    .map(({ path, text, pattern }) => ({ path, text, now: withTable(text, pattern) }));
}

/** Writes the tables anew, as a test demands it. */
export function writeTables(): void {
  for (const { path, text, now } of tables()) if (now !== text) writeFileSync(path, now);
}

function withTable(text: string, pattern: string): string {
  const [before = '', rest = ''] = text.split(marks.begin);
  const after = rest.split(marks.end)[1] ?? '';
  return `${before}${marks.begin}\n\n${tableOf(pattern)}\n\n${marks.end}${after}`;
}

function tableOf(pattern: string): string {
  const sentences = sentencesOf(pattern);
  const shape = patternByName[pattern]!.options.shape as Record<string, z.ZodType>;
  const rows = Object.entries(shape).map(([key, schema]) => [
    `\`${key}\``,
    wordsFor(schema),
    sentences[key] ?? '',
  ]);
  return markdownTable([['option', 'takes', 'what it does'], ...rows]).join('\n');
}
