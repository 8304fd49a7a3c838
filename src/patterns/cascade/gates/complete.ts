import { isEmpty } from '../../../model/answer.ts';
import type { Call, ToolCall } from '../../../model/types.ts';
import { checked, type Gate } from '../gate.ts';

/** Accepts answers that were finished, hold something, and call only tools that exist, with JSON for input. */
export function complete(): Gate {
  return ({ answer, call }) => {
    const { unified } = answer.finishReason;
    if (unified !== 'stop' && unified !== 'tool-calls') return checked(false, `the draft ended with "${unified}"`);
    if (isEmpty(answer)) return checked(false, 'the draft is empty');
    const broken = answer.content.find(part => part.type === 'tool-call' && !isWellFormed(part, call));
    return broken ? checked(false, 'a tool call is malformed') : checked(true, 'the draft is complete');
  };
}

function isWellFormed(part: ToolCall, call: Call): boolean {
  if (!call.tools?.some(tool => tool.name === part.toolName)) return false;
  try {
    const input: unknown = JSON.parse(part.input);
    return typeof input === 'object' && input !== null;
  } catch {
    return false;
  }
}
