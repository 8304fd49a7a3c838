import { describe, expect, it } from 'vitest';
import type { Call } from '../../model/types.ts';
import { callableIn, schemaOfCallable } from './tool-calls.ts';

const inputSchema = {
  type: 'object' as const,
  properties: { expression: { type: 'string' as const } },
  required: ['expression'],
};
const tools: Call['tools'] = [{ type: 'function', name: 'calculator', inputSchema }];
const grammarOf = (more: Partial<Call>) => {
  const callable = callableIn({ prompt: [], tools, ...more })!;
  expect(callable.tools).toEqual(tools);
  return JSON.stringify(schemaOfCallable(callable));
};

describe('the grammar of a call', () => {
  it('ends a demanded call within the limit of tokens', () => {
    for (const toolChoice of [
      { type: 'required' as const },
      { type: 'tool' as const, toolName: 'calculator' },
    ])
      expect(grammarOf({ toolChoice, maxOutputTokens: 120 })).toContain('"maxLength":60');
  });

  it('leaves texts open where nothing cuts them, or no call is demanded', () => {
    expect(grammarOf({ toolChoice: { type: 'required' } })).not.toContain('maxLength');
    expect(grammarOf({ maxOutputTokens: 120 })).not.toContain('maxLength');
    const long = { toolChoice: { type: 'required' as const }, maxOutputTokens: 8000 };
    expect(grammarOf(long)).not.toContain('maxLength');
  });
});
