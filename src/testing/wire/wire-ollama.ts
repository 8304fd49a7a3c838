import { cutHere, pieces, type WireExchange, type WireStep } from './wire-double.ts';

/** Answers as Ollama's own protocol does: a line of JSON, or one for every piece. */
export function writeOllama(exchange: WireExchange): void {
  const { request, response, step } = exchange;
  if (step.status !== undefined && step.status >= 400) {
    response.end(JSON.stringify(step.error ?? { error: `refused with ${step.status}` }));
    return;
  }
  response.setHeader('content-type', 'application/x-ndjson');
  const { text = 'hello from the wire', tool } = step;
  const base = { model: request.body.model, created_at: '2026-01-01T00:00:00Z', ...step.remote };
  const called = tool && [{ function: { name: tool.name, arguments: tool.input } }];
  if (request.body.stream !== true) {
    const message = {
      role: 'assistant',
      content: tool ? '' : text,
      ...(called && { tool_calls: called }),
    };
    response.end(
      JSON.stringify({ ...base, message, ...ending(step), ...logprobs(request.body, step, text) }),
    );
    return;
  }
  const parts = tool ? [''] : pieces(text);
  for (const [index, content] of parts.entries()) {
    if (cutHere(exchange, index >= parts.length / 2)) return;
    const message = { role: 'assistant', content, ...(called && { tool_calls: called }) };
    const known = logprobs(request.body, step, content);
    response.write(`${JSON.stringify({ ...base, message, done: false, ...known })}\n`);
  }
  const last = JSON.stringify({
    ...base,
    message: { role: 'assistant', content: '' },
    ...ending(step),
  });
  // In two writes, as a network may cut it.
  response.write(last.slice(0, 20));
  response.end(`${last.slice(20)}\n`);
}

function ending({ withoutUsage, promptTokens = 7 }: WireStep) {
  const counts = withoutUsage ? {} : { prompt_eval_count: promptTokens, eval_count: 4 };
  return { done: true, done_reason: 'stop', ...counts };
}

function logprobs(body: Record<string, unknown>, step: WireStep, text: string) {
  if (body.logprobs !== true || step.withoutLogprobs) return {};
  return { logprobs: pieces(text).map(token => ({ token, logprob: -0.1 })) };
}
