import { TandemError } from '../model/errors.ts';
import type { Document } from './document.ts';

/** Checks that a call brought a document. @throws TandemError `invalid_argument` */
export function requireDocument(pattern: string, documents: readonly Document[]): void {
  if (documents.length > 0) return;
  throw new TandemError(
    'invalid_argument',
    `${pattern} reads documents, and the call has none. Attach a text file, or put a long text ` +
      'beside the question.',
    { data: { pattern } },
  );
}
