import type { Document } from '../../documents/document.ts';
import type { Call, Message, TextPart } from '../../model/types.ts';

/** Puts the documents into a call as text before the question, so that any model can read them. */
export function wholeCall(rest: Call, documents: readonly Document[]): Call {
  const last = rest.prompt.findLastIndex(message => message.role === 'user');
  const shown = documents.map(
    ({ title, text }): TextPart => ({
      type: 'text',
      // The folders that it lies in stay here.
      text: `<document title=${JSON.stringify(title.split(/[\\/]/).at(-1))}>\n${text}\n</document>`,
    }),
  );
  const prompt = rest.prompt.map((message, index): Message => {
    if (index !== last || message.role !== 'user') return message;
    return { ...message, content: [...shown, ...message.content] };
  });
  return { ...rest, prompt };
}
