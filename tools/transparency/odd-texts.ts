/** Texts of answers in the shape of chat completions and of others, to be read by all readers. */
import { type Said, said } from './said.ts';

/** An answer whole and streamed, and what it says. */
export interface Odd {
  readonly whole?: string | undefined;
  readonly stream?: string | undefined;
  readonly says: Said;
}

export const base = { id: 'chatcmpl-1', created: 1_764_300_000, model: 'm' };
export const usage = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 };
export const done = 'data: [DONE]\n\n';
export const ev = (v: unknown) => `data: ${JSON.stringify(v)}\n\n`;
/** An event with a type. */
export type Named = { readonly type: string } & Readonly<Record<string, unknown>>;
export const named = (v: Named) => `event: ${v.type}\n${ev(v)}`;
export const chunk = (delta: object, reason: string | null = null, more: object = {}) =>
  ev({
    ...base,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: reason }],
    ...more,
  });
export const whole = (message: object, reason: unknown = 'stop', more: object = {}) =>
  JSON.stringify({
    ...base,
    object: 'chat.completion',
    usage,
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: reason }],
    ...more,
  });
export const hello = said({ text: 'Hello world.' });
export const called = said({
  calls: [{ name: 'get_weather', arguments: '{"city":"Paris"}' }],
  finish: 'tool_calls',
});
export const gem = (parts: object[], finishReason?: string) => ({
  candidates: [
    { content: { parts, role: 'model' }, ...(finishReason && { finishReason }), index: 0 },
  ],
  usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 3, totalTokenCount: 8 },
  modelVersion: 'gemini',
});
export const both = (m: object, says: Said, end = 'stop') => ({
  whole: whole(m, end),
  stream: chunk(m) + chunk({}, end) + ev({ choices: [], usage }) + done,
  says,
});
