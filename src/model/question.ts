import type { Call, FilePart } from './types.ts';

/** Reads the user's own turn: the text of the last user message, without files, tools or retrieved text. */
export function userText(call: Call): string {
  const message = call.prompt.findLast(candidate => candidate.role === 'user');
  if (message?.role !== 'user') return '';
  return message.content
    .map(part => (part.type === 'text' ? part.text : ''))
    .join('\n')
    .trim();
}

/** Lists the files of the last user message. */
export function filesOf(call: Call): FilePart[] {
  const message = call.prompt.findLast(candidate => candidate.role === 'user');
  return message?.role === 'user' ? message.content.filter(part => part.type === 'file') : [];
}
