import { readFileSync } from 'node:fs';

/** What the comment above each key of a schema says, by key; nested keys are found too. */
export function sentencesIn(source: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, comment = '', key = ''] of source.matchAll(keyWithComment)) {
    found[key] ??= comment
      .replace(/^\s*\* ?/gm, '')
      .replace(/\s+/g, ' ')
      .trim();
  }
  return found;
}

const keyWithComment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*\n\s*(\w+):/g;

/** The sentences of a pattern's options, by the pattern's name. */
export function sentencesOf(pattern: string): Record<string, string> {
  // Where a program and a configuration say it differently, the configuration's stands here.
  const files = ['options', 'prefix', 'gate-options', 'entry'];
  const texts = files.flatMap(file => textOf(`src/patterns/${pattern}/${file}.ts`));
  return Object.assign({}, ...texts.map(sentencesIn)) as Record<string, string>;
}

function textOf(path: string): string[] {
  try {
    return [readFileSync(path, 'utf8')];
  } catch {
    return [];
  }
}
