import type { Call } from '../../../src/index.ts';

/** Makes a call of a question on a text. */
export function callOn(question: string, document: { readonly title: string; readonly text: string }): Call {
  const { title, text } = document;
  const file = {
    type: 'file' as const,
    mediaType: 'text/plain',
    filename: title,
    data: { type: 'text' as const, text },
  };
  return { prompt: [{ role: 'user', content: [file, { type: 'text', text: question }] }] };
}
