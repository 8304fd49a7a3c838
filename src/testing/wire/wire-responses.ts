import { pieces, type WireExchange } from './wire-double.ts';

/**
 * Answers as OpenAI's Responses API does, whole, with log-probabilities where they were included.
 */
export function writeResponses({ request, response, step }: WireExchange): void {
  const { body } = request;
  response.setHeader('content-type', 'application/json');
  if (step.status !== undefined && step.status >= 400) {
    response.end(
      JSON.stringify(step.error ?? { error: { message: `refused with ${step.status}` } }),
    );
    return;
  }
  const { text = 'hello from the wire', promptTokens = 7 } = step;
  const includes =
    Array.isArray(body.include) && body.include.includes('message.output_text.logprobs');
  const logprobs =
    includes && !step.withoutLogprobs ? pieces(text).map(token => ({ token, logprob: -0.1 })) : [];
  const content = [{ type: 'output_text', text, annotations: [], logprobs }];
  response.end(
    JSON.stringify({
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      model: body.model,
      output: [{ type: 'message', id: 'msg_1', status: 'completed', role: 'assistant', content }],
      usage: { input_tokens: promptTokens, output_tokens: 4, total_tokens: promptTokens + 4 },
    }),
  );
}
