import { describe, expect, it } from 'vitest';
import { documentCall } from '../../documents/document-call.ts';
import { textOf } from '../../model/answer.ts';
import { capabilitiesOf } from '../../model/leaf/model/capabilities.ts';
import { doubleOf, promptText } from '../../testing/double.ts';
import { apiFailure } from '../../testing/failures.ts';
import { chain } from './chain.ts';

const lines = Array.from(
  { length: 900 },
  (_, n) => `Entry ${n}: the pump of hall ${n % 7} ran for ${n + 3} minutes.`,
);
const text = [...lines.slice(0, 700), 'The valve was closed at 9:14.', ...lines.slice(700)].join(
  '\n',
);
const call = documentCall('When was the valve closed?', [{ title: 'log.txt', text }]);
const report = (facts: readonly object[]) => JSON.stringify({ facts, openQuestions: [] });

// A server that reads so many tokens, and says in its own words that a prompt is longer.
function workerOf(context: number, says: (tokens: number) => string) {
  let refused = 0;
  const model = doubleOf({ modelId: 'small' }, asked => {
    const tokens = Math.ceil(promptText(asked).length / 3);
    if (tokens > context) {
      refused++;
      throw apiFailure(400, { message: says(tokens) });
    }
    const quote = 'The valve was closed at 9:14.';
    return { text: report(promptText(asked).includes(quote) ? [{ quote }] : []) };
  });
  return Object.assign(model, { refused: () => refused });
}

describe('a chain whose worker reads less than a part', () => {
  it.each([
    [
      'llama.cpp',
      (n: number) =>
        `request (${n} tokens) exceeds the available context size (3000 tokens), try increasing it`,
    ],
    [
      'vLLM',
      (n: number) =>
        `This model's maximum context length is 3000 tokens. However, you requested ${n} tokens.`,
    ],
    [
      'LM Studio',
      (n: number) =>
        `Trying to keep the first ${n} tokens when context the overflows. However, the model ` +
        'is loaded with context length of only 3000 tokens, which is not enough.',
    ],
    ['a server that names no number', () => 'The prompt is too long.'],
  ])('cuts smaller parts, as %s says', async (_, says) => {
    const worker = workerOf(3000, says);
    const manager = doubleOf({ modelId: 'cloud' }, () => ({ text: 'At 9:14 [f1].' }));
    const reader = chain({ worker, manager });
    const answer = await reader.doGenerate(call);
    expect(textOf(answer)).toBe('At 9:14 [f1].');
    const { coverage } = answer.providerMetadata!.tandem as {
      coverage: { chunks: number; read: number };
    };
    expect(coverage.read).toBe(coverage.chunks);
    expect(worker.refused()).toBeLessThanOrEqual(3);
  });

  it('cuts them at once where the window is known by then', async () => {
    const worker = workerOf(3000, n => `${n} tokens: the maximum context length is 3000 tokens.`);
    const manager = doubleOf({ modelId: 'cloud' }, () => ({ text: 'At 9:14 [f1].' }));
    await chain({ worker, manager }).doGenerate(call);
    expect(capabilitiesOf(worker).contextTokens).toBe(3000);
    const before = worker.refused();
    const again = {
      ...call,
      prompt: documentCall('When did the valve close?', [{ title: 'log.txt', text }]).prompt,
    };
    await chain({ worker, manager }).doGenerate(again);
    expect(worker.refused() - before).toBeLessThanOrEqual(1);
  });
});
