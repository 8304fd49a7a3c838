import type { Document } from '../../src/entries/runs.ts';
import { loadDocuments } from '../../src/index.ts';
import type { Terminal } from './terminal.ts';

/**
 * Loads the documents of `--doc`, files and folders, and says what could not be read. @throws
 * TandemError
 */
export async function openDocuments(
  paths: readonly string[],
  terminal: Terminal,
): Promise<readonly Document[]> {
  const { documents, unread } = await loadDocuments(paths, {
    onFile: title => terminal.progress(`reading ${title} …`),
  });
  for (const { why } of unread) terminal.note(why);
  for (const { title, withoutText } of documents) {
    if (withoutText)
      terminal.note(`${title}: no text on ${pagesLine(withoutText)}; they are not read.`);
  }
  return documents;
}

function pagesLine(pages: readonly number[]): string {
  const shown = pages.slice(0, 12).join(', ');
  return (
    `page${pages.length > 1 ? 's' : ''} ` +
    `${shown}${pages.length > 12 ? ` and ${pages.length - 12} more` : ''}`
  );
}
