import type { Label } from '../model/run/labels.ts';
import type { Call, FilePart } from '../model/types.ts';

/** A text with a name. */
export interface NamedText {
  readonly title: string;
  readonly text: string;
  /** Default: `text/plain`. */
  readonly mediaType?: string;
  /** What may leave of it. Default: what the pattern that reads it says. */
  readonly label?: Label;
}

/**
 * Makes a call of a question on texts, each attached as a file. Other call options may be given.
 */
export function documentCall(
  question: string,
  documents: readonly NamedText[],
  options: Omit<Call, 'prompt'> = {},
): Call {
  const files = documents.map(
    ({ title, text, mediaType = 'text/plain', label }): FilePart => ({
      type: 'file',
      mediaType,
      filename: title,
      data: { type: 'text', text },
      ...(label && { providerOptions: { tandem: { label } } }),
    }),
  );
  return {
    ...options,
    prompt: [{ role: 'user', content: [...files, { type: 'text', text: question }] }],
  };
}
