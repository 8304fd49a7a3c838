import { describe, expect, it } from 'vitest';
import { spellAsOpenai } from './spellings.ts';

const spelled = (body: object) => {
  const copy = structuredClone(body);
  spellAsOpenai(copy);
  return JSON.parse(JSON.stringify(copy));
};
const user = (content: unknown) => ({ role: 'user', content });
const hi = { messages: [user('hi')] };
const tool = { type: 'function', function: { name: 'f', parameters: {} } };
const use = { type: 'tool_use', id: 'c1', name: 'f', input: { a: 1 } };
const result = { type: 'tool_result', tool_use_id: 'c1', content: 'x' };
const chatCall = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } };

describe('values that clients write otherwise', () => {
  it.each<[object, object]>([
    [
      { temperature: '0.7', max_tokens: '100' },
      { temperature: 0.7, max_tokens: 100 },
    ],
    [
      { seed: ' 7 ', n: '1', top_p: '.5' },
      { seed: 7, n: 1, top_p: '.5' },
    ],
    [
      { stream: 'True', store: 0 },
      { stream: true, store: false },
    ],
    [{ parallel_tool_calls: 'false' }, { parallel_tool_calls: false }],
    [{ logprobs: 5 }, { logprobs: true, top_logprobs: 5 }],
    [{ stop: [null, 'a'] }, { stop: ['a'] }],
    [{ reasoning_effort: '', tool_choice: '' }, {}],
    [{ response_format: 'json_object' }, { response_format: { type: 'json_object' } }],
    [{ response_format: {} }, {}],
    [{ tools: tool }, { tools: [tool] }],
    [{ tools: [null, tool] }, { tools: [tool] }],
    [
      { tools: [tool], tool_choice: { function: { name: 'f' } } },
      { tools: [tool], tool_choice: { type: 'function', function: { name: 'f' } } },
    ],
  ])('%j', (given, wanted) => {
    expect(spelled({ ...hi, ...given })).toEqual({ ...hi, ...wanted });
  });

  it.each<[unknown, unknown]>([
    [{ role: 'Human', content: 'x' }, user('x')],
    [
      { role: 'model', content: 'x' },
      { role: 'assistant', content: 'x' },
    ],
    [user(5), user('5')],
    [user([{ text: 'x' }]), user([{ type: 'text', text: 'x' }])],
    [user([{ type: 'text', text: { value: 'x' } }]), user([{ type: 'text', text: 'x' }])],
    [
      user([{ type: 'image', image: 'data:x' }]),
      user([{ type: 'image_url', image_url: { url: 'data:x' } }]),
    ],
  ])('%j', (given, wanted) => {
    expect(spelled({ messages: [given] })).toEqual({ messages: [wanted] });
  });

  it('in calls and results that stand among parts', () => {
    const text = { type: 'text', text: 'And?' };
    const messages = [user('a'), { role: 'assistant', content: [use] }, user([result, text])];
    expect(spelled({ messages })).toEqual({
      messages: [
        user('a'),
        { role: 'assistant', content: null, tool_calls: [chatCall] },
        { role: 'tool', tool_call_id: 'c1', content: 'x' },
        user([text]),
      ],
    });
    const items = [
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"a":1}' },
      { type: 'function_call_output', call_id: 'c1', output: 'x' },
    ];
    const input = [user('a'), { role: 'assistant', content: [use] }, user([result])];
    expect(spelled({ input })).toEqual({ input: [user('a'), ...items] });
    const chat = [
      { role: 'assistant', content: '', tool_calls: [chatCall] },
      { role: 'tool', tool_call_id: 'c1', content: 'x' },
    ];
    expect(spelled({ input: [user('a'), ...chat] })).toEqual({ input: [user('a'), ...items] });
  });

  it.each<[object, object]>([
    [{ id: 'msg_1' }, { type: 'item_reference', id: 'msg_1' }],
    [
      { role: 'AI', content: 'x' },
      { role: 'assistant', content: 'x' },
    ],
    [
      user([{ type: 'input_image', image_url: { url: 'data:x' } }]),
      user([{ type: 'input_image', image_url: 'data:x' }]),
    ],
  ])('in items: %j', (given, wanted) => {
    expect(spelled({ input: [given] })).toEqual({ input: [wanted] });
  });

  it('leaves texts of other requests alone', () => {
    expect(spelled({ input: ['a', 'b'], model: 'm' })).toEqual({ input: ['a', 'b'], model: 'm' });
  });
});
