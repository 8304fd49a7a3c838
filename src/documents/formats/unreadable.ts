import { TandemError } from '../../model/errors.ts';

/** The error of a document that cannot be read: why, and what to do. */
export function unreadable(
  title: string,
  why: string,
  advice: string,
  cause?: unknown,
): TandemError {
  return new TandemError(
    'unreadable_document',
    `The document "${title}" cannot be read. ${why} ${advice}`,
    {
      data: { document: title.split(/[/\\]/).at(-1) },
      ...(cause !== undefined && { cause }),
    },
  );
}
