import { textOf } from '../../model/answer.ts';
import { userText } from '../../model/question.ts';
import type { Answer, Call } from '../../model/types.ts';

/** Joins what a call asks for: its system prompts and the user's own turn. */
export function requestText(call: Call): string {
  const system = call.prompt.flatMap(message => (message.role === 'system' ? message.content : []));
  return [...system, userText(call)].join('\n');
}

/** The text that answers; what stands beside a call announces it: "I will look that up." */
export function answerText(answer: Answer): string {
  return answer.content.some(({ type }) => type === 'tool-call') ? '' : textOf(answer);
}
