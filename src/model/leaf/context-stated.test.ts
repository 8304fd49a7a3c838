import { expect, it } from 'vitest';
import { apiFailure } from '../../testing/failures.ts';
import { contextStatedBy } from './failure.ts';

it.each<[string, number | undefined]>([
  [
    'request (5322 tokens) exceeds the available context size (4096 tokens), try increasing it',
    4096,
  ],
  ["This model's maximum context length is 8192 tokens. However, you requested 9000.", 8192],
  ['the model is loaded with context length of only 4096 tokens, which is not enough', 4096],
  ["The input (9000 tokens) is longer than the model's context length (8192 tokens).", 8192],
  ['{"code":400,"type":"exceed_context_size_error","n_prompt_tokens":5322,"n_ctx":2048}', 2048],
  ['`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000', 4096],
  ['input exceeds context window of 32768', 32_768],
  ['The prompt exceeds the context length by 250 tokens.', undefined],
  ['The prompt is too long.', undefined],
])('a context that a server names is read: %s', (message, tokens) => {
  expect(contextStatedBy(apiFailure(400, { message }))).toBe(tokens);
});

it('a number in another failure is none', () => {
  expect(contextStatedBy(apiFailure(401, { message: 'context length 4096' }))).toBeUndefined();
});
