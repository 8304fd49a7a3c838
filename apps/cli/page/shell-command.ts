import columnsOf from 'fast-string-width';
import type { PageWidth } from '../layout.ts';

/**
 * Writes a command so that it can be copied: where it is wider than the terminal, it is broken at
 * spaces, each line but the last ends in a backslash.
 */
export function shellCommand(command: string, { columns }: PageWidth, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of command.split(' ')) {
    const isFirst = line === indent;
    if (!isFirst && columnsOf(`${line} ${word} \\`) > columns) {
      lines.push(`${line} \\`);
      line = `${indent}  ${word}`;
    } else line = isFirst ? `${line}${word}` : `${line} ${word}`;
  }
  return [...lines, line];
}
