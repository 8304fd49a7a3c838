import { cutHere, pieces, type WireExchange, type WireStep } from './wire-double.ts';

/** Answers as OpenAI's chat completions do. */
export function writeOpenai(exchange: WireExchange): void {
  const { request, response, step } = exchange;
  if (step.status !== undefined && step.status >= 400) {
    response.setHeader('content-type', 'application/json');
    const error = {
      message: `refused with ${step.status}`,
      type: 'error',
      code: String(step.status),
    };
    response.end(JSON.stringify(step.error ?? { error }));
  } else if (request.body.stream === true) stream(exchange);
  else {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(whole(exchange)));
  }
}

const base = { id: 'chatcmpl-1', created: 1 };

function whole({ request, step }: WireExchange) {
  const text = textOf(step);
  const message = step.tool
    ? { role: 'assistant', content: null, tool_calls: [{ index: 0, ...toolCall(step) }] }
    : { role: 'assistant', content: text };
  const choice = {
    message,
    logprobs: wantsLogprobs(request.body, step)
      ? logprobsOf(pieces(text), step, request.body)
      : null,
    finish_reason: step.tool ? 'tool_calls' : 'stop',
  };
  const choices = Array.from({ length: step.choices ?? 1 }, (_, index) => ({
    index,
    ...choice,
    // Drawn by chance, they differ.
    ...(index > 0 && !step.tool && { message: { ...message, content: `${text} ${index + 1}` } }),
  }));
  return {
    ...base,
    object: 'chat.completion',
    model: request.body.model,
    choices,
    ...usage(step, request),
  };
}

function stream(exchange: WireExchange): void {
  const { request, response, step } = exchange;
  response.setHeader('content-type', 'text/event-stream');
  const head = { ...base, object: 'chat.completion.chunk', model: request.body.model };
  const send = (value: object) =>
    response.write(`data: ${JSON.stringify({ ...head, ...value })}\n\n`);
  const choice = (delta: object, more: object = {}) => ({
    choices: [{ index: 0, delta, finish_reason: null, ...more }],
  });
  if (step.tool) send(choice({ role: 'assistant', tool_calls: [{ index: 0, ...toolCall(step) }] }));
  else {
    const parts = pieces(textOf(step));
    for (const [index, content] of parts.entries()) {
      if (cutHere(exchange, index >= parts.length / 2)) return;
      const logprobs = wantsLogprobs(request.body, step)
        ? { logprobs: logprobsOf([content], step, request.body) }
        : {};
      send(choice({ role: 'assistant', content }, logprobs));
    }
  }
  send(choice({}, { finish_reason: step.tool ? 'tool_calls' : 'stop' }));
  const options = request.body.stream_options as { include_usage?: boolean } | undefined;
  if (options?.include_usage) send({ choices: [], ...usage(step, request) });
  response.end('data: [DONE]\n\n');
}

function toolCall({ tool }: WireStep) {
  return {
    id: 'call_1',
    type: 'function',
    function: { name: tool?.name, arguments: JSON.stringify(tool?.input) },
  };
}

// A long prompt is counted, whatever the step says nothing of.
function usage({ withoutUsage, ...step }: WireStep, { text }: WireExchange['request']) {
  if (withoutUsage) return {};
  const promptTokens = step.promptTokens ?? (text.length < 400 ? 7 : Math.ceil(text.length / 4));
  return {
    usage: { prompt_tokens: promptTokens, completion_tokens: 4, total_tokens: promptTokens + 4 },
  };
}

function wantsLogprobs(body: Record<string, unknown>, step: WireStep): boolean {
  return (
    (step.logprobShape === 'mlx' ? Number(body.logprobs) > 0 : body.logprobs === true) &&
    !step.withoutLogprobs
  );
}

function logprobsOf(
  tokens: readonly string[],
  { logprobShape }: WireStep,
  body: Record<string, unknown>,
) {
  const top = Number(body.top_logprobs ?? 0);
  if (logprobShape !== 'mlx')
    return { content: tokens.map((token, index) => logprob(token, index, top)) };
  return {
    tokens: tokens.map((_, index) => 1000 + index),
    token_logprobs: tokens.map((_, index) => -0.1 * (index + 1)),
    top_logprobs: [],
  };
}

function logprob(token: string, index: number, top: number) {
  const likeliest = [token, ...Array.from({ length: 19 }, (_, other) => `other${other}`)].slice(
    0,
    top,
  );
  const said = (each: string, rank: number) => ({
    token: each,
    logprob: -0.1 * (index + rank + 1),
    bytes: null,
  });
  return { ...said(token, 0), top_logprobs: likeliest.map(said) };
}

function textOf({ text = 'hello from the wire' }: WireStep): string {
  return text;
}
