import type { Call, FilePart } from './types.ts';

/**
 * Reads the user's own turn: the text of the last user message, without files, tools or retrieved
 * text.
 */
export function userText(call: Call): string {
  return userTexts(call).at(-1) ?? '';
}

/** Reads every turn of the user's own, in order. */
export function userTexts(call: Call): string[] {
  return call.prompt.flatMap(message =>
    message.role === 'user'
      ? message.content
          .map(part => (part.type === 'text' ? part.text : ''))
          .join('\n')
          .trim()
      : [],
  );
}

/** Reads what was said before the question: instructions, and earlier turns of the user. */
export function textBefore(call: Call): string {
  const system = call.prompt.flatMap(({ role, content }) => (role === 'system' ? [content] : []));
  return [...system, ...userTexts(call).slice(0, -1)].join('\n');
}

/** Lists the files of the last user message. */
export function filesOf(call: Call): FilePart[] {
  const message = call.prompt.findLast(candidate => candidate.role === 'user');
  return message?.role === 'user' ? message.content.filter(part => part.type === 'file') : [];
}
