type Loose = Readonly<Record<string, unknown>>;

/**
 * Reads an answer, or a chunk of one, some of whose fields are of another type than OpenAI's: what
 * can be read otherwise is, and what carries no content is left out. `undefined` for what is none.
 */
export function mendedAnswer(value: unknown): unknown {
  if (!isRecord(value) || !Array.isArray(value.choices)) return undefined;
  const { id, model, created, usage, choices, ...rest } = value;
  return {
    ...rest,
    ...(typeof id === 'string' && { id }),
    ...(typeof model === 'string' && { model }),
    ...(typeof created === 'number' && { created }),
    ...(isRecord(usage) && { usage: countsIn(usage) }),
    choices: choices.filter(isRecord).map(mendedChoice),
  };
}

function mendedChoice({ finish_reason: reason, delta, message, text, ...rest }: Loose): object {
  const said = isRecord(message) ? message : typeof text === 'string' ? { content: text } : message;
  return {
    ...rest,
    ...(typeof reason === 'string' && { finish_reason: reason }),
    ...(isRecord(delta) && { delta: mendedWords(delta) }),
    ...(isRecord(said) && { message: mendedWords(said) }),
  };
}

function mendedWords(said: Loose): object {
  const { content, reasoning_content: reasoned, reasoning, tool_calls: calls, ...rest } = said;
  return {
    ...rest,
    // What carries content is never left out: whoever reads it says that it cannot.
    ...(content !== undefined && { content }),
    ...(typeof reasoned === 'string' && { reasoning_content: reasoned }),
    ...(typeof reasoning === 'string' && { reasoning }),
    ...(Array.isArray(calls) && { tool_calls: calls.flatMap(mendedCall) }),
  };
}

function mendedCall(call: unknown): object[] {
  if (!isRecord(call) || !isRecord(call.function)) return [];
  const { id, index, function: called, ...rest } = call;
  const { name, arguments: given } = called as Loose;
  const text = typeof given === 'string' ? given : isRecord(given) ? JSON.stringify(given) : '';
  return [
    {
      ...rest,
      ...(typeof id === 'string' && { id }),
      ...(typeof index === 'number' && { index }),
      function: { ...(typeof name === 'string' && { name }), arguments: text },
    },
  ];
}

function countsIn(usage: Loose): Loose {
  return Object.fromEntries(
    Object.entries(usage).flatMap(([key, value]): [string, unknown][] => {
      if (isRecord(value)) return [[key, countsIn(value)]];
      const count = typeof value === 'string' && value !== '' ? Number(value) : value;
      return typeof count === 'number' && Number.isFinite(count) ? [[key, count]] : [];
    }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
