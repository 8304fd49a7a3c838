/**
 * Answers and events of other protocols, as chat completions write them: some servers that say they
 * speak as OpenAI's hand on what stands behind them.
 */
type Foreign = Readonly<Record<string, unknown>>;

/** Reads an answer, or an event, of another protocol; `undefined` for what is of none. */
export function asCompletion(value: Foreign): Foreign | undefined {
  const { type, object, candidates } = value;
  if (object === 'response') return value.error ? undefined : ofResponse(value);
  if (typeof type === 'string') {
    const read = type.startsWith('response.')
      ? ofResponseEvent(type, value)
      : eventReaders[type.replaceAll('-', '_')]?.(value);
    if (read) return read;
  }
  if (Array.isArray(candidates)) return ofCandidates(candidates, value);
  return ofTexts(value);
}

function completion(value: Foreign, choice?: Foreign): Foreign {
  const { id, model, usage } = value;
  return { id, model, usage, choices: choice ? [choice] : [] };
}

const delta = (value: Foreign, said: Foreign) => completion(value, { delta: said });
const calls = (index: unknown, call: Foreign) => ({ tool_calls: [{ index, ...call }] });

// Anthropic's messages, and Cohere's chats, whose events have hyphens.
const eventReaders: Readonly<Record<string, (value: Foreign) => Foreign | undefined>> = {
  message: value =>
    completion(value, { message: { content: value.content }, finish_reason: endIn(value) }),
  message_start: ({ message }) => completion(record(message)),
  content_block_start({ index, content_block: block }) {
    const { type, text, thinking, id, name, input } = record(block);
    if (type === 'tool_use') {
      const given = Object.keys(record(input)).length > 0 ? input : '';
      return delta({}, calls(index, { id, function: { name, arguments: given } }));
    }
    return delta({}, { content: text, reasoning_content: thinking });
  },
  content_block_delta({ index, delta: given }) {
    const { text, thinking, partial_json: input } = record(given);
    return input === undefined
      ? delta({}, { content: text, reasoning_content: thinking })
      : delta({}, calls(index, { function: { arguments: input } }));
  },
  message_delta: value =>
    completion(value, { delta: {}, finish_reason: endIn(record(value.delta)) }),
  content_delta({ delta: given }) {
    const { text, thinking } = record(record(record(given).message).content);
    return delta({}, { content: text, reasoning_content: thinking });
  },
  tool_call_start: cohereCall,
  tool_call_delta: cohereCall,
  message_end({ delta: given }) {
    const { usage } = record(given);
    const finish_reason = endIn(record(given));
    return completion({ usage: record(usage).tokens }, { delta: {}, finish_reason });
  },
};

function cohereCall({ index, delta: given }: Foreign): Foreign {
  return delta({}, calls(index, record(record(record(given).message).tool_calls)));
}

const responseDeltas: Readonly<Record<string, string>> = {
  'response.output_text.delta': 'content',
  'response.refusal.delta': 'refusal',
  'response.reasoning_text.delta': 'reasoning_content',
  'response.reasoning_summary_text.delta': 'reasoning_content',
};

function ofResponseEvent(type: string, value: Foreign): Foreign {
  const { delta: said, output_index: index, item, response } = value;
  const name = responseDeltas[type];
  if (name) return delta({}, { [name]: said });
  if (type === 'response.function_call_arguments.delta')
    return delta({}, calls(index, { function: { arguments: said } }));
  const { type: kind, call_id: id, name: called } = record(item);
  if (type === 'response.output_item.added' && kind === 'function_call')
    return delta({}, calls(index, { id, function: { name: called, arguments: '' } }));
  // What was shown in pieces comes once more at the end.
  return /completed$|incomplete$/.test(type) && response
    ? ofResponse(record(response))
    : completion({});
}

function ofResponse(value: Foreign): Foreign {
  const { output, status, incomplete_details: details, created_at: created } = value;
  const items = Array.isArray(output) ? output.map(record) : [];
  const called = items.filter(({ type }) => type === 'function_call');
  const thoughts = items.filter(({ type }) => type === 'reasoning');
  const pictures = items.filter(({ type }) => type === 'image_generation_call');
  const reason = record(details).reason;
  return {
    ...completion(value, {
      message: {
        content: items.flatMap(({ type, content }) => (type === 'message' ? content : [])),
        reasoning_content: thoughts.flatMap(({ content, summary }) => content ?? summary),
        images: pictures.map(({ result }) => result),
        tool_calls: called.map(({ call_id: id, ...call }) => ({ id, function: call })),
      },
      finish_reason: status === 'incomplete' ? (reason ?? 'length') : 'stop',
    }),
    created,
  };
}

// Gemini's.
function ofCandidates(candidates: readonly unknown[], value: Foreign): Foreign {
  const choices = candidates.map(record).map(({ content, index, finishReason }) => {
    const parts = record(content).parts;
    const said = (Array.isArray(parts) ? parts : []).map(record);
    return {
      index: index ?? 0,
      message: { content: said.map(candidatePart) },
      finish_reason: finishReason,
    };
  });
  const { responseId: id, modelVersion: model, usageMetadata: usage } = value;
  return { id, model, usage, choices };
}

function candidatePart(part: Foreign): Foreign {
  const { text, thought, functionCall } = part;
  if (functionCall) {
    const { id = `call_${crypto.randomUUID()}`, name, args } = record(functionCall);
    return { type: 'tool_use', id, name, input: args ?? {} };
  }
  return text === undefined ? part : { type: thought === true ? 'thinking' : 'text', text };
}

// Texts by the names that small servers, and clouds of their own kind, give them.
function ofTexts(value: Foreign): Foreign | undefined {
  const { message, response, content, stop, token, output, tool_calls: called } = value;
  // Cloudflare's, with its calls beside.
  if (isWorkersAnswer(value))
    return completion(value, { message: { content: response, tool_calls: called } });
  const { text: piece, special } = record(token);
  const { text: inner, message: told } = record(output);
  const said = [
    special === true ? '' : piece,
    value.generated_text ?? value.completion,
    'done' in value ? response : undefined,
    typeof stop === 'boolean' ? content : undefined,
    inner,
  ].find(each => typeof each === 'string');
  const words = said === undefined ? record(message ?? told) : { content: said };
  if (!('content' in words)) return undefined;
  return {
    ...completion(value, {
      message: { thinking: value.thinking, ...words },
      finish_reason: endIn(value) ?? endIn(record(output)) ?? endOfText(value),
    }),
    // Some count beside the answer.
    usage: record(value.usage).tokens ?? value.usage ?? value,
  };
}

function isWorkersAnswer(value: Foreign): boolean {
  const isText = typeof value.response === 'string' || value.response === null;
  return isText && Object.keys(value).every(name => /^(?:response|tool_calls|usage|p)$/.test(name));
}

function endOfText({
  details,
  done,
  stop,
  generated_text: text,
  token,
  ...value
}: Foreign): unknown {
  if (value.stop_type === 'limit' || value.stopped_limit === true) return 'length';
  const isEnded = done === true || stop === true || (typeof text === 'string' && !token);
  return endIn(record(details)) ?? (isEnded ? 'stop' : undefined);
}

function endIn(value: Foreign): unknown {
  return value.finish_reason ?? value.stop_reason ?? value.stopReason ?? value.done_reason;
}

function record(value: unknown): Foreign {
  return typeof value === 'object' && value !== null ? (value as Foreign) : {};
}
