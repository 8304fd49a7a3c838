import { userText } from '../../model/question.ts';
import type { Call } from '../../model/types.ts';

/** Joins what a call asks for: its system prompts and the user's own turn. */
export function requestText(call: Call): string {
  const system = call.prompt.flatMap(message => (message.role === 'system' ? message.content : []));
  return [...system, userText(call)].join('\n');
}
