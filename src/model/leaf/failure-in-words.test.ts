import { describe, expect, it } from 'vitest';
import { ApiCallError } from '../types.ts';
import { failureOf } from './failure.ts';

const kindOf = (message: string) =>
  failureOf(new ApiCallError({ message, url: 'http://x', requestBodyValues: {}, statusCode: 400 }));

describe('a prompt that does not fit', () => {
  it.each([
    'The total sequence length is larger than the max sequence length: 4096',
    'the prompt does not fit into the context',
    'Range of input length should be [1, 30720]',
    'Prompt 超长',
    "Invalid 'messages[0].content': string too long. (string_above_max_length)",
  ])('is told from a refusal by the words of its server: %s', message =>
    expect(kindOf(message)).toBe('context_overflow'),
  );

  it.each([
    "Invalid 'tools': array too long, with maximum length 128. (array_above_max_length)",
    "Invalid 'tools[0].function.name': string too long. (string_above_max_length)",
    'max_tokens must be at least 1, got 0.',
  ])('is not what is too long of something else: %s', message =>
    expect(kindOf(message)).toBe('rejected'),
  );
});
