/** Values and roles as clients write them that OpenAI does not: texts for numbers, other names. */

import { isObject as isFields } from '../../policy/slips.ts';

export type Fields = Record<string, unknown>;

const numbers = [
  ...['temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'top_logprobs', 'n', 'seed'],
  ...['max_tokens', 'max_completion_tokens', 'max_output_tokens'],
];
const truths = ['stream', 'store', 'background', 'parallel_tool_calls', 'logprobs', 'echo'];

/** Reads numbers and truths that came as texts, as pydantic's servers do, in place. */
export function spellValues(body: Fields): void {
  for (const name of numbers) {
    const given = body[name];
    if (typeof given === 'string' && /^\s*-?\d{1,15}(?:\.\d{1,15})?\s*$/.test(given))
      body[name] = Number(given);
  }
  const { logprobs: most, stop } = body;
  // The older completions' count of the likeliest tokens.
  if (typeof most === 'number' && 'messages' in body)
    Object.assign(body, { logprobs: true, top_logprobs: body.top_logprobs ?? most });
  for (const name of truths) if (name in body) body[name] = truthIn(body[name], name);
  if (Array.isArray(stop)) body.stop = stop.filter(each => each !== null);
  for (const name of ['reasoning_effort', 'tool_choice']) if (body[name] === '') delete body[name];
  if ('reasoning_effort' in body) body.reasoning_effort = effortIn(body.reasoning_effort);
}

/** OpenAI's word for how much is thought; `undefined` where it is left to the model. */
export function effortIn(given: unknown): unknown {
  if (given === false) return 'none';
  if (typeof given !== 'string') return given;
  const word = given.trim().toLowerCase();
  if (/^(?:default|auto|on|enabled)$/.test(word)) return undefined;
  return /^(?:off|disabled?|false)$/.test(word) ? 'none' : word;
}

const begins = { iVBOR: 'png', '/9j/': 'jpeg', R0lG: 'gif', UklG: 'webp' };

/** The address of a picture, which may have come as its bytes alone. */
export function pictureUrl(given: unknown, mediaType?: unknown): unknown {
  if (typeof given !== 'string' || /^(?:data|https?|file):/i.test(given)) return given;
  const kind = Object.entries(begins).find(([begin]) => given.startsWith(begin))?.[1];
  const type = typeof mediaType === 'string' ? mediaType : kind && `image/${kind}`;
  return type ? `data:${type};base64,${given}` : given;
}

function truthIn(given: unknown, name: string): unknown {
  if (name !== 'logprobs' && (given === 0 || given === 1)) return given === 1;
  const word = typeof given === 'string' ? given.trim().toLowerCase() : undefined;
  return word === 'true' || word === 'false' ? word === 'true' : given;
}

const roles: Readonly<Record<string, string>> = {
  ...{ human: 'user', ai: 'assistant', model: 'assistant', bot: 'assistant', ipython: 'tool' },
};

/** OpenAI's name of whoever speaks. */
export function roleIn(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  const role = given.toLowerCase();
  return Object.hasOwn(roles, role) ? roles[role] : role;
}

/** Splits a message that holds calls or results among its parts, as Anthropic's do. */
export function splitTurn(turn: unknown): unknown[] {
  if (!isFields(turn) || !Array.isArray(turn.content)) return [turn];
  const isOf = (type: string) => (part: unknown) => isFields(part) && part.type === type;
  const [uses, results] = ['tool_use', 'tool_result'].map(type =>
    (turn.content as unknown[]).filter(isOf(type)),
  ) as [Fields[], Fields[]];
  if (uses.length === 0 && results.length === 0) return [turn];
  const rest = turn.content.filter(part => !isOf('tool_use')(part) && !isOf('tool_result')(part));
  const calls = uses.map(({ id, name, input }) => ({
    ...{ id, type: 'function', function: { name, arguments: input ?? {} } },
  }));
  const answers = results.map(({ tool_use_id: id, content = '' }) => ({
    ...turn,
    ...{ role: 'tool', tool_call_id: id, content },
  }));
  const said = { ...turn, content: rest.length > 0 ? rest : null };
  if (calls.length > 0) return [...answers, { ...said, tool_calls: calls }];
  return rest.length > 0 ? [...answers, said] : answers;
}

const partTypes = /^(?:input_text|text|input_image|image_url|input_file|file|input_audio)$/;

/** Writes what a response is asked as items: texts, parts without a message, one item alone. */
export function asItems(input: unknown): unknown {
  if (typeof input === 'number' || typeof input === 'boolean') return String(input);
  if (!Array.isArray(input)) return isFields(input) ? asItems([input]) : input;
  const items: unknown[] = [];
  let open: { role: string; content: unknown[] } | undefined;
  for (const each of input.flat(4)) {
    if (each === null) continue;
    if (!isPart(each)) {
      open = undefined;
      items.push(asItem(each));
    } else if (open) open.content.push(each);
    else {
      open = { role: 'user', content: [each] };
      items.push(open);
    }
  }
  return items;
}

function isPart(item: unknown): boolean {
  return isFields(item) && item.role === undefined && partTypes.test(String(item.type));
}

function asItem(item: unknown): unknown {
  if (typeof item === 'string') return { role: 'user', content: item };
  const isSpoken = isFields(item) && (item.type ?? 'message') === 'message' && 'content' in item;
  return isSpoken ? { ...item, role: item.role ?? 'user' } : item;
}

/** Writes a message of calls or of a result, as chat has them, as the items of a response. */
export function itemsOf(turn: unknown): unknown[] {
  if (!isFields(turn)) return [turn];
  const { tool_calls: calls, ...rest } = turn;
  if (rest.role === 'tool') {
    const { role: _role, tool_call_id: id, content, ...more } = rest;
    return [{ ...more, type: 'function_call_output', call_id: id, output: content }];
  }
  if (!Array.isArray(calls)) return [turn];
  const items = calls.filter(isFields).map(({ id, function: called }) => ({
    ...{ type: 'function_call', call_id: id },
    ...(isFields(called) && { name: called.name, arguments: called.arguments }),
  }));
  const isEmpty = rest.content === null || rest.content === undefined || rest.content === '';
  return isEmpty ? items : [rest, ...items];
}
