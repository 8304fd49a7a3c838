import type { Label } from '../model/run/labels.ts';
import type { Call, FilePart, ProviderOptions } from '../model/types.ts';
import type { PlacedLine } from './document.ts';

/** A text with a name. */
export interface NamedText {
  readonly title: string;
  readonly text: string;
  /** Default: `text/plain`. */
  readonly mediaType?: string;
  /** What may leave of it. Default: what the pattern that reads it says. */
  readonly label?: Label;
  /** Where the lines of a PDF stand on their pages. */
  readonly lines?: readonly PlacedLine[];
  /** Why it could not be read: then its text is empty, and answers say that it is unread. */
  readonly unread?: string;
}

/**
 * Makes a call of a question on texts, each attached as a file. Other call options may be given.
 * @example
 * ```ts
 * const call = documentCall('When does the lease end?', [{ title: 'lease.txt', text }]);
 * const { content } = await minions({ local, cloud }).doGenerate(call);
 * ```
 */
export function documentCall(
  question: string,
  documents: readonly NamedText[],
  options: Omit<Call, 'prompt'> = {},
): Call {
  const files = documents.map(filePartOf);
  return {
    ...options,
    prompt: [{ role: 'user', content: [...files, { type: 'text', text: question }] }],
  };
}

// What was taken out of another format is plain text to every model, and is not taken out again;
// what it was is kept for citations.
function filePartOf({ title, text, mediaType, label, lines, unread }: NamedText): FilePart {
  const type = mediaType ?? 'text/plain';
  const isPlain = /^(?:text\/(?!html|xml|rtf|vtt)|application\/(?:json|jsonl)$)/.test(type);
  const own: ProviderOptions[string] = {
    ...(label && { label }),
    ...(!isPlain && { readAs: type }),
    ...(lines && { lines: lines.map(line => ({ ...line })) }),
    ...(unread !== undefined && { unread }),
  };
  return {
    type: 'file',
    mediaType: isPlain ? type : 'text/plain',
    filename: title,
    data: { type: 'text', text },
    ...(Object.keys(own).length > 0 && { providerOptions: { tandem: own } }),
  };
}
