import { describe, expect, it } from 'vitest';
import { collectStream } from '../../../testing/double.ts';
import { scriptedModel } from '../../../testing/scripted-model.ts';
import { userCall } from '../../answer.ts';
import { direct } from '../../pattern/direct.ts';
import type { Answer, LanguageModel, ToolCall } from '../../types.ts';
import { withWishes } from '../wishes.ts';

const inputSchema = { type: 'object' as const, properties: { city: { type: 'string' as const } } };
const tools = [{ type: 'function' as const, name: 'weather', inputSchema }];
const made = (toolCallId: string, city: string): ToolCall => ({
  type: 'tool-call',
  toolCallId,
  toolName: 'weather',
  input: JSON.stringify({ city }),
});
const written = (city: string) => JSON.stringify({ name: 'weather', arguments: { city } });
const several = {
  'calls of the server': { content: [made('a', 'Lima'), made('b', 'Cairo')] },
  'calls written as text': { text: `${written('Lima')}\n${written('Cairo')}` },
};

const call = userCall('The weather in Lima and in Cairo?', { tools });
const ways: Readonly<
  Record<string, (model: LanguageModel, asked: typeof call) => Promise<Answer>>
> = {
  whole: async (model, asked) => model.doGenerate(asked),
  streamed: async (model, asked) => collectStream((await model.doStream(asked)).stream),
};

describe.each(Object.entries(ways))('several calls at once, %s', (_, ask) => {
  it.each(Object.entries(several))(
    'are one where the caller wishes so: %s',
    async (_name, reply) => {
      const inputs = async (asked: typeof call) =>
        (await ask(direct(scriptedModel([reply])), asked)).content.flatMap(part =>
          part.type === 'tool-call' ? [part.input] : [],
        );
      expect(await inputs(call)).toEqual(['{"city":"Lima"}', '{"city":"Cairo"}']);
      expect(await inputs(withWishes(call, { parallelToolCalls: false }))).toEqual([
        '{"city":"Lima"}',
      ]);
    },
  );
});

describe.each(Object.entries(ways))('a call in two places, %s', (_, ask) => {
  const call = userCall('The weather in Lima?', { tools });
  const tagged = `<tool_call>${written('Lima')}</tool_call>`;
  const thought = (text: string) => ({ type: 'reasoning' as const, text });
  const said = (text: string) => ({ type: 'text' as const, text });
  const places = {
    'written beside the same one of the server': [said(`Hm. ${tagged}`), made('a', 'Lima')],
    'in a thought, with nothing behind it': [thought(`I look. ${tagged}`)],
    'in a thought that was not closed': [said(`<think>I look. ${tagged}`)],
    'in a thought, with an empty text behind it': [thought(`I look. ${tagged}`), said(' ')],
  };
  it.each(Object.entries(places))('is one: %s', async (_name, content) => {
    const { content: parts, finishReason } = await ask(direct(scriptedModel([{ content }])), call);
    const calls = parts.flatMap(part => (part.type === 'tool-call' ? [part.input] : []));
    expect([calls, finishReason.unified]).toEqual([['{"city":"Lima"}'], 'tool-calls']);
    const texts = parts.map(part => (part.type === 'text' ? part.text.trim() : '')).join('');
    expect(texts).toBe(content.length === 2 && content[1]!.type === 'tool-call' ? 'Hm.' : '');
  });

  it('is none where it was merely thought of, and something said', async () => {
    const content = [thought(`I might ${tagged}`), said('It is warm.')];
    const { content: parts } = await ask(direct(scriptedModel([{ content }])), call);
    expect(parts.map(({ type }) => type)).toEqual(['reasoning', 'text']);
  });
});
