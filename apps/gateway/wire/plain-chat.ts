import type { ChatRequest } from './chat-request.ts';

const roles = new Set<unknown>(['system', 'developer', 'user', 'assistant']);
const isNumber = (least: number, most: number) => (value: unknown) =>
  typeof value === 'number' && value >= least && value <= most;
const isWhole = (value: unknown) => Number.isSafeInteger(value);
const checkByField: Readonly<Record<string, (value: unknown) => boolean>> = {
  model: value => typeof value === 'string' && value !== '',
  messages: value =>
    Array.isArray(value) && value.length > 0 && value.length <= 4096 && value.every(isPlainMessage),
  stream: value => typeof value === 'boolean',
  temperature: isNumber(0, 2),
  top_p: isNumber(0, 1),
  seed: isWhole,
  max_tokens: value => isWhole(value) && (value as number) >= 1,
  max_completion_tokens: value => isWhole(value) && (value as number) >= 1,
  user: value => typeof value === 'string',
};

/**
 * Tells whether a body is the commonest of chat requests: messages of text and a few numbers,
 * nothing else. The schema takes all of these, and is spared then.
 */
export function isPlainChat(body: unknown): body is ChatRequest {
  if (typeof body !== 'object' || body === null || !('model' in body && 'messages' in body))
    return false;
  for (const field in body) {
    const check = Object.hasOwn(checkByField, field) ? checkByField[field] : undefined;
    if (!check?.((body as Record<string, unknown>)[field])) return false;
  }
  return true;
}

function isPlainMessage(message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return false;
  const { role, content } = message as { role?: unknown; content?: unknown };
  if (typeof content !== 'string' || !roles.has(role)) return false;
  for (const field in message) if (field !== 'role' && field !== 'content') return false;
  return true;
}
