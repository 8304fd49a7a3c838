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

const thoughtNames = ['reasoning_text', 'thinking', 'reasoning_details'];

function mendedWords(said: Loose): object {
  const { content, reasoning_content, reasoning, tool_calls: calls, function_call: old } = said;
  const lost = ['content', 'reasoning_content', 'reasoning', 'tool_calls', 'function_call'];
  const rest = Object.entries(said).filter(([key]) => ![...lost, ...thoughtNames].includes(key));
  const names = [reasoning_content, reasoning, ...thoughtNames.map(name => said[name])];
  const thought = names.map(thoughtIn).find(text => text !== '');
  const called = Array.isArray(calls) ? calls : [calls, isRecord(old) && { function: old }];
  const mended = called.flatMap(mendedCall);
  return {
    ...Object.fromEntries(rest),
    // What carries content is never left out: whoever reads it says that it cannot.
    ...(content !== undefined && { content }),
    ...(thought !== undefined && { reasoning_content: thought }),
    ...(mended.length > 0 && { tool_calls: mended }),
  };
}

function thoughtIn(given: unknown): string {
  if (typeof given === 'string') return given;
  if (Array.isArray(given)) return given.map(thoughtIn).join('');
  return isRecord(given) ? thoughtIn(given.text ?? given.summary ?? given.content) : '';
}

function mendedCall(call: unknown): object[] {
  if (!isRecord(call)) return [];
  const { id, index, function: inner, name: ownName, arguments: own, ...rest } = call;
  // Some leave out the level of the function.
  const called = isRecord(inner) ? inner : { name: ownName, arguments: own };
  const { name, arguments: given } = called as Loose;
  if (name === undefined && given === undefined) return [];
  const text = typeof given === 'string' ? given : isRecord(given) ? JSON.stringify(given) : '';
  return [
    {
      ...rest,
      ...(typeof id === 'string' && { id }),
      ...(isCount(index) && { index }),
      function: { ...(typeof name === 'string' && { name }), arguments: text },
    },
  ];
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function countsIn(usage: Loose): Loose {
  return Object.fromEntries(
    Object.entries(usage).flatMap(([key, value]): [string, unknown][] => {
      if (isRecord(value)) return [[key, countsIn(value)]];
      const count = typeof value === 'string' && value !== '' ? Number(value) : value;
      const isNumber = typeof count === 'number' && Number.isFinite(count);
      return isNumber ? [[key, Math.max(0, Math.round(count))]] : [];
    }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
