import { TandemError } from '../model/errors.ts';
import type { Document } from './document.ts';
import type { UnreadFile } from './unread.ts';

/** Checks that a call brought a document. @throws TandemError `invalid_argument`,
 * `unreadable_document` where none could be read */
export function requireDocument(
  pattern: string,
  documents: readonly Document[],
  unread: readonly UnreadFile[] = [],
): void {
  if (documents.length > 0) return;
  if (unread.length > 0) {
    throw new TandemError(
      'unreadable_document',
      `None of ${unread.length} files could be read. The first: ${unread[0]!.why}`,
      { data: { unread: unread.length } },
    );
  }
  throw new TandemError(
    'invalid_argument',
    `${pattern} reads documents, and the call has none. Attach a text file, or put a long text ` +
      'beside the question.',
    { data: { pattern } },
  );
}
