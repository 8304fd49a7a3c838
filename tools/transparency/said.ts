/** What a reader finds in an answer, however it came. */
export interface Said {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string | null;
  readonly calls: readonly { readonly name: string; readonly arguments: string }[];
  readonly finish: string | null;
  readonly signature: string | null;
  readonly usage: { readonly input: number; readonly output: number } | null;
  readonly error: SaidError | null;
}

/** What is said of a failure. */
export interface SaidError {
  readonly status: number;
  readonly code: string;
  readonly retryAfter: string | null;
  /** Words that are in the message. */
  readonly words: string;
}

interface Call {
  id: string;
  name: string;
  arguments: string;
}

type Json = ReturnType<typeof JSON.parse>;

const nothing: Said = {
  text: '',
  reasoning: '',
  refusal: null,
  calls: [],
  finish: null,
  signature: null,
  usage: null,
  error: null,
};

/** An answer of some kind, the rest of which is as usual. */
export function said(facts: Partial<Said>): Said {
  return { ...nothing, finish: facts.error ? null : 'stop', ...facts };
}

/** Reads an answer as OpenAI's own clients do. */
export async function readSaid(response: Response): Promise<Said> {
  const body = await response.text();
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (!isStream) return readWhole(JSON.parse(body), response);
  return readEvents(body, response);
}

function readWhole(value: Json, response: Response): Said {
  if (value.error) return said({ error: errorOf(value.error, response) });
  const [{ message, finish_reason: finish }] = value.choices;
  const calls: Json[] = message.tool_calls ?? [];
  return {
    text: message.content ?? '',
    reasoning: message.reasoning_content ?? '',
    refusal: message.refusal ?? null,
    calls: calls.map(({ function: { name, arguments: input } }) => ({ name, arguments: input })),
    signature: calls[0]?.extra_content?.google?.thought_signature ?? null,
    finish,
    usage: usageOf(value.usage),
    error: null,
  };
}

function readEvents(body: string, response: Response): Said {
  let all: Said = { ...nothing };
  const calls: Call[] = [];
  for (const line of body.split('\n')) {
    if (!line.startsWith('data: ') || line === 'data: [DONE]') continue;
    const chunk: Json = JSON.parse(line.slice(6));
    if (chunk.error) return { ...all, calls: plain(calls), error: errorOf(chunk.error, response) };
    if (chunk.usage) all = { ...all, usage: usageOf(chunk.usage) };
    const [choice] = chunk.choices;
    if (choice) all = withDelta(all, choice, calls);
  }
  return { ...all, calls: plain(calls) };
}

function withDelta(all: Said, { delta, finish_reason: finish }: Json, calls: Call[]): Said {
  for (const piece of delta.tool_calls ?? []) {
    calls[piece.index] ??= { id: '', name: '', arguments: '' };
    const call = calls[piece.index]!;
    call.id ||= piece.id ?? '';
    call.name ||= piece.function?.name ?? '';
    call.arguments += piece.function?.arguments ?? '';
  }
  const signature = delta.tool_calls?.[0]?.extra_content?.google?.thought_signature;
  return {
    ...all,
    text: all.text + (delta.content ?? ''),
    reasoning: all.reasoning + (delta.reasoning_content ?? ''),
    refusal: delta.refusal ? (all.refusal ?? '') + delta.refusal : all.refusal,
    signature: signature ?? all.signature,
    finish: finish ?? all.finish,
  };
}

function plain(calls: readonly Call[]): Said['calls'] {
  return calls.map(({ name, arguments: input }) => ({ name, arguments: input }));
}

function usageOf({ prompt_tokens: input, completion_tokens: output }: Json): Said['usage'] {
  return { input, output };
}

function errorOf({ code, message }: Json, { status, headers }: Response): SaidError {
  return { status, code, retryAfter: headers.get('retry-after'), words: message };
}
