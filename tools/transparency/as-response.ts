import type { Body } from './differences.ts';
import { type Said, said } from './said.ts';

type Json = ReturnType<typeof JSON.parse>;

// What both interfaces have, by its name in either.
const sameNames = [
  ...['temperature', 'top_p', 'parallel_tool_calls', 'metadata', 'user', 'store'],
  ...['frequency_penalty', 'presence_penalty', 'safety_identifier', 'prompt_cache_key'],
];

/**
 * A request of chat completions as one of responses; nothing where it holds what responses cannot
 * say.
 */
export function asResponse(request: Body): Body | undefined {
  const known = new Set([...sameNames, ...Object.keys(fields), 'messages']);
  if (Object.keys(request).some(name => !known.has(name))) return undefined;
  const input = (request.messages as Json[]).flatMap(itemsOf);
  if (input.includes(undefined)) return undefined;
  const made: Body = { input };
  for (const [name, value] of Object.entries(request)) {
    if (sameNames.includes(name)) made[name] = value;
    else Object.assign(made, fields[name]?.(value));
  }
  return made;
}

const fields: Readonly<Record<string, (value: Json) => Body>> = {
  max_tokens: value => ({ max_output_tokens: value }),
  max_completion_tokens: value => ({ max_output_tokens: value }),
  verbosity: verbosity => ({ text: { verbosity } }),
  reasoning_effort: effort => ({ reasoning: { effort } }),
  tools: (tools: Json[]) => ({
    // Left out, `strict` means true in one of the two and nothing in the other.
    tools: tools.map(({ function: called }) => ({ strict: null, ...called, type: 'function' })),
  }),
  tool_choice: choice => ({
    tool_choice: choice.function ? { type: 'function', name: choice.function.name } : choice,
  }),
  response_format: format => ({ text: { format: { ...format, ...format.json_schema } } }),
};

function itemsOf({ role, content, tool_calls: calls = [], ...more }: Json): Json[] {
  if (role === 'tool')
    return [{ type: 'function_call_output', call_id: more.tool_call_id, output: content }];
  if (role === 'assistant' && content === '') return [undefined];
  const { reasoning_content: text } = more;
  const thought = { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text }] };
  const parts = Array.isArray(content) ? content.map(partOf) : content;
  if (Array.isArray(parts) && parts.includes(undefined)) return [undefined];
  const message = content === null ? [] : [{ role, content: parts }];
  return [
    ...(text ? [thought] : []),
    ...message,
    ...calls.map(({ id, function: called }: Json) => ({
      type: 'function_call',
      call_id: id,
      ...called,
    })),
  ];
}

function partOf(part: Json): Json {
  const { type, text, image_url: image } = part;
  if (type === 'input_audio') return part;
  if (type === 'text') return { type: 'input_text', text };
  if (type !== 'image_url') return undefined;
  return { type: 'input_image', image_url: image.url, detail: image.detail ?? 'auto' };
}

/** Reads a response, whole or streamed, as a chat completion is read. */
export async function readResponse(response: Response): Promise<Said> {
  const text = await response.text();
  const { status, headers } = response;
  if (!headers.get('content-type')?.startsWith('text/event-stream'))
    return saidOf(JSON.parse(text), { status, retryAfter: headers.get('retry-after') });
  const events: Json[] = text
    .split('\n')
    .filter(line => line.startsWith('data: {'))
    .map(line => JSON.parse(line.slice(6)));
  const deltas = events.filter(({ type }) => type === 'response.output_text.delta');
  const last = events.at(-1);
  const all = saidOf(last.response, { status, retryAfter: null });
  // The pieces are the whole.
  return { ...all, text: deltas.map(({ delta }) => delta).join('') };
}

function saidOf(
  { error, output = [], usage, status: state, incomplete_details: details }: Json,
  facts: { readonly status: number; readonly retryAfter: string | null },
): Said {
  if (error) return said({ error: { ...facts, code: error.code, words: error.message } });
  const parts: Json[] = output.flatMap(({ content = [] }: Json) => content ?? []);
  const joined = (type: string, key: string) =>
    parts
      .filter(part => part.type === type)
      .map(part => part[key])
      .join('');
  const calls: Json[] = output.filter(({ type }: Json) => type === 'function_call');
  const ends: Json = { max_output_tokens: 'length', content_filter: 'content_filter' };
  const whole = calls.length > 0 ? 'tool_calls' : 'stop';
  return said({
    text: joined('output_text', 'text'),
    reasoning: joined('reasoning_text', 'text'),
    refusal: joined('refusal', 'refusal') || null,
    calls: calls.map(({ name, arguments: input }) => ({ name, arguments: input })),
    finish: state === 'incomplete' ? ends[details?.reason] : whole,
    usage: { input: usage.input_tokens, output: usage.output_tokens },
  });
}
