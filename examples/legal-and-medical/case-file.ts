// A file of a matter: every document with what may leave of it, which its folder says.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Label, loadDocument } from 'tandem';
import type { Document } from 'tandem/runs';

/** A document of the file. */
export interface Paper extends Document {
  readonly label: Label;
}

const folders: readonly Label[] = ['local-only', 'extracts'];

/** Reads the file: `local-only` and `extracts` below a folder. @throws TandemError */
export async function readFile(folder: string): Promise<Paper[]> {
  const papers: Paper[] = [];
  for (const label of folders) {
    const below = join(folder, label);
    if (!existsSync(below)) continue;
    for (const name of readdirSync(below).sort())
      papers.push({ ...(await loadDocument(join(below, name))), label });
  }
  if (papers.length > 0) return papers;
  console.error(
    `${folder} holds no documents. Put what must not leave into ${folder}/local-only, the rest ` +
      `into ${folder}/extracts.`,
  );
  process.exit(2);
}

/** Words in a paper. */
export interface Place {
  readonly title: string;
  /** From 1. */
  readonly line: number;
  readonly quote: string;
}

/** Parts a paper into sentences, each with its line; tables and heads by lines. */
export function sentencesOf({ title, text }: Paper): Place[] {
  const sentences: Place[] = [];
  const sentence = /[^\s][\s\S]*?(?:[.!?](?=\s+(?:[A-Z"(]|\d+\.\s))|\n\s*\n|\n(?=[#|])|$)/g;
  for (const { 0: found, index } of text.matchAll(sentence)) {
    const quote = found.replace(/\s+/g, ' ').trim();
    if (quote === '') continue;
    sentences.push({ title, line: text.slice(0, index).split('\n').length, quote });
  }
  return sentences;
}
