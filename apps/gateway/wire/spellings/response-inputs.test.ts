import { describe, expect, it } from 'vitest';
import type { Call } from '../../../../src/index.ts';
import { doubleOf } from '../../../../src/testing/index.ts';
import { jsonOf, startGateway } from '../../start-gateway.ts';

async function asked(body: object) {
  let call: Call | undefined;
  const local = doubleOf({ modelId: 'local' }, given => {
    call = given;
    return { text: 'x' };
  });
  await using gateway = await startGateway({ local }, {}, { logLevel: 'silent' });
  const response = await gateway.send('/v1/responses', { model: 'local', ...body });
  const { error } = await jsonOf(response);
  return { call, error };
}

function saidBy({ prompt }: Call): [string, string][] {
  return prompt.map(({ role, content }) => [
    role,
    typeof content === 'string'
      ? content
      : content
          .map(part =>
            part.type === 'tool-result'
              ? JSON.stringify(part.output)
              : 'text' in part
                ? part.text
                : part.type,
          )
          .join('|'),
  ]);
}

const picture = { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=' };
const inputs: Readonly<Record<string, readonly [unknown, [string, string][]]>> = {
  texts: [
    ['a', 'b'],
    [
      ['user', 'a'],
      ['user', 'b'],
    ],
  ],
  'one message': [{ role: 'user', content: 'a' }, [['user', 'a']]],
  'a message of nobody': [[{ content: 'a' }], [['user', 'a']]],
  'a message of nobody with its type': [[{ type: 'message', content: 'a' }], [['user', 'a']]],
  'parts without a message': [[{ type: 'input_text', text: 'a' }, picture], [['user', 'a|file']]],
  'one part': [{ type: 'input_text', text: 'a' }, [['user', 'a']]],
  'parts of chat': [[{ type: 'text', text: 'a' }], [['user', 'a']]],
  'a number': [5, [['user', '5']]],
  'a list in a list': [[[{ role: 'user', content: 'a' }]], [['user', 'a']]],
  'nothing between': [[null, 'a', null], [['user', 'a']]],
  'texts beside messages': [
    ['a', { role: 'assistant', content: 'b' }, { type: 'text', text: 'c' }],
    [
      ['user', 'a'],
      ['assistant', 'b'],
      ['user', 'c'],
    ],
  ],
  'a part as a content': [
    [{ role: 'user', content: { type: 'input_text', text: 'a' } }],
    [['user', 'a']],
  ],
  'a part whose text is null': [
    [{ role: 'user', content: [{ type: 'input_text', text: null }] }],
    [['user', '']],
  ],
  'a thought as a text': [
    ['a', { type: 'reasoning', summary: 'b' }, { role: 'assistant', content: 'c' }],
    [
      ['user', 'a'],
      ['assistant', 'b|c'],
    ],
  ],
  'a result under the names of chat': [
    [
      'a',
      { type: 'function_call', call_id: 'c', name: 'f', arguments: {} },
      { type: 'function_call_output', tool_call_id: 'c', content: 'out' },
    ],
    [
      ['user', 'a'],
      ['assistant', 'tool-call'],
      ['tool', '{"type":"text","value":"out"}'],
    ],
  ],
};

describe('what a response is asked', () => {
  it.each(Object.entries(inputs))('may be %s', async (_name, [input, said]) => {
    const { call, error } = await asked({ input });
    expect(error).toBeNull();
    expect(saidBy(call!)).toEqual(said);
  });

  it('has instructions in a list, too', async () => {
    const instructions = ['a', { role: 'system', content: [{ type: 'input_text', text: 'b' }] }];
    const { call } = await asked({ input: 'c', instructions });
    expect(saidBy(call!)).toEqual([
      ['system', 'a\n\nb'],
      ['user', 'c'],
    ]);
  });

  it.each([
    [{ max_tokens: 5 }, { maxOutputTokens: 5 }],
    [{ max_completion_tokens: 5 }, { maxOutputTokens: 5 }],
    [{ response_format: { type: 'json_object' } }, { responseFormat: { type: 'json' } }],
    [{ reasoning_effort: 'low' }, { reasoning: 'low' }],
    [{ verbosity: 'low' }, { providerOptions: { leaf: { verbosity: 'low' } } }],
  ])('may stand under a name of chat: %j', async (body, wanted) => {
    const { call } = await asked({ input: 'a', ...body });
    expect(call).toMatchObject(wanted);
  });

  const label = 'local-only';
  it.each([
    { input: { role: 'user', content: 'x', label } },
    { input: [[{ role: 'user', content: 'x', label }]] },
    { input: [{ type: 'input_text', text: 'x', label }] },
    { input: { role: 'user', content: { type: 'input_text', text: 'x', label } } },
    { input: 'x', instructions: [{ role: 'system', content: 'y', label }] },
    { input: 'x', tools: { type: 'function', name: 'f', label } },
  ])('loses no label, whatever its form: %j', async body => {
    expect((await asked(body)).error?.message).toMatch(/a control is never ignored/);
  });
});
