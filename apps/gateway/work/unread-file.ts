import { parseDocuments } from '../../../src/entries/runs.ts';
import { TandemError } from '../../../src/index.ts';
import type { KeptFile } from '../wire/file-part.ts';

// What is no document, or is read by nobody here.
const others = /^(?:image|audio|video)\//;
const otherPurposes = new Set(['batch', 'batch_output', 'fine-tune', 'evals', 'vision']);

/**
 * Says why a file that was sent cannot be read as a document; `undefined` where it can be, or is
 * none. It is read to the end, on a thread with limits.
 */
export async function unreadFile(
  { name, mediaType, bytes }: KeptFile,
  { purpose, signal }: { readonly purpose: string; readonly signal: AbortSignal },
): Promise<string | undefined> {
  if (others.test(mediaType) || otherPurposes.has(purpose)) return undefined;
  try {
    await parseDocuments({ bytes, title: name, mediaType }, { signal });
    return undefined;
  } catch (error) {
    if (!TandemError.isInstance(error) || error.code !== 'unreadable_document') throw error;
    return error.message;
  }
}
