import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../../model/answer.ts';
import { withLogprobs } from '../../../model/leaf/logprobs.ts';
import { capabilitiesOf } from '../../../model/leaf/model/capabilities.ts';
import type { LanguageModel } from '../../../model/types.ts';
import {
  startWireDouble,
  type WireDouble,
  type WireStep,
} from '../../../testing/wire/wire-double.ts';
import { openaiCompatible } from '../openai-compatible.ts';

const schema = { type: 'object' as const, properties: { word: { type: 'string' as const } } };
const wanting = userCall('A word?', {
  system: 'Be brief.',
  responseFormat: { type: 'json', schema },
});
const refusing = (message: string): WireStep => ({ status: 400, error: { error: { message } } });
const word: WireStep = { text: '{"word":"a"}' };

async function over(
  steps: readonly WireStep[],
  place: 'device' | 'cloud',
  use: (model: LanguageModel, double: WireDouble) => Promise<void>,
): Promise<void> {
  await using double = await startWireDouble(steps);
  await use(openaiCompatible({ model: 'm', endpoint: `${double.url}/v1`, place }), double);
}

const formats = ({ requests }: WireDouble) =>
  requests.map(({ body }) => body.response_format !== undefined);

describe('a server that takes no JSON schema', () => {
  const refused = refusing("'response_format.type' must be 'text'");

  it('is asked again with the schema in the prompt, once; the answer says it was not bound', () =>
    over([refused, word], 'device', async (model, double) => {
      const answer = await model.doGenerate(wanting);
      expect(textOf(answer)).toBe('{"word":"a"}');
      expect(answer.warnings).toMatchObject([{ type: 'unsupported', feature: 'responseFormat' }]);
      await model.doGenerate(wanting);
      expect(formats(double)).toEqual([true, false, false]);
      expect(double.requests[1]!.text).toMatch(
        /Be brief\.\\n\\nReply with JSON alone, that fits this JSON Schema:/,
      );
      expect(capabilitiesOf(model).jsonSchema).toBe(false);
    }));

  it('may say so by a status alone, which means that it is not built', () => {
    const refused = { status: 501, error: { error: { message: 'failed to parse grammar' } } };
    return over([refused, word], 'device', async (model, double) => {
      expect(textOf(await model.doGenerate(wanting))).toBe('{"word":"a"}');
      expect(formatsOf(double)).toEqual(['json_schema false', 'json_object']);
    });
  });

  it('may refuse log-probabilities too', () =>
    over([refused, refusing('unknown field "logprobs"'), word], 'device', async (model, double) => {
      expect(textOf(await model.doGenerate(withLogprobs(wanting)))).toBe('{"word":"a"}');
      expect(double.requests.map(({ body }) => body.logprobs === true)).toEqual([
        true,
        true,
        false,
      ]);
    }));

  it('ends with the first words of the server where a schema is refused in every form', () => {
    const words = "Invalid schema for response_format 'word': 'foo' is not a type.";
    const always = Array.from({ length: 4 }, () => refusing(words));
    return over(always, 'cloud', async (model, double) => {
      await expect(Promise.resolve(model.doGenerate(wanting))).rejects.toThrow(words);
      expect(double.requests.length).toBeLessThan(4);
      expect(capabilitiesOf(model).jsonSchema).toBeUndefined();
    });
  });

  it('is another thing than a value that is out of range, which the caller has to mend', () =>
    over([refusing('temperature must be at most 2')], 'device', async (model, double) => {
      const hot = { ...wanting, temperature: 3 };
      await expect(Promise.resolve(model.doGenerate(hot))).rejects.toThrow('at most 2');
      expect(double.requests).toHaveLength(1);
    }));
});

const strictly = userCall('A word?', {
  responseFormat: {
    type: 'json',
    schema: { ...schema, required: ['word'], additionalProperties: false },
  },
});

const formatsOf = ({ requests }: WireDouble) =>
  requests.map(({ body }) => {
    const format = body.response_format as { type: string; json_schema?: { strict?: boolean } };
    return format && `${format.type} ${format.json_schema?.strict ?? ''}`.trim();
  });

describe('a strict schema', () => {
  it('is demanded to the letter where it keeps the rules, and loosely where it does not', () =>
    over([word, word], 'cloud', async (model, double) => {
      await model.doGenerate(strictly);
      await model.doGenerate(wanting);
      expect(formatsOf(double)).toEqual(['json_schema true', 'json_schema false']);
    }));

  it('goes all the way down for what stands in it, which is remembered of it alone', () => {
    const refused = refusing("Invalid schema for response_format: 'oneOf' is not permitted.");
    return over([refused, refused, word, word, word], 'cloud', async (model, double) => {
      const answer = await model.doGenerate(strictly);
      expect(answer.warnings).toMatchObject([{ feature: 'responseFormat' }]);
      await model.doGenerate(strictly);
      await model.doGenerate(wanting);
      const [first, second, third, fourth, fifth] = formatsOf(double);
      expect([first, second, third]).toEqual([
        'json_schema true',
        'json_schema false',
        'json_object',
      ]);
      expect([fourth, fifth]).toEqual(['json_object', 'json_schema false']);
    });
  });

  it('is in the prompt beside json_object where schemas as such are refused', () => {
    const refused = refusing('This response_format type is unavailable now');
    return over([refused, word, word], 'cloud', async (model, double) => {
      await model.doGenerate(strictly);
      await model.doGenerate(wanting);
      expect(formatsOf(double)).toEqual(['json_schema true', 'json_object', 'json_object']);
      expect(double.requests[2]!.text).toContain('fits this JSON Schema');
    });
  });
});

const named = (param: string, message: string): WireStep => ({
  status: 400,
  error: { error: { message, param, code: 'unsupported_parameter' } },
});
const every = userCall('Hi', {
  system: 'Be brief.',
  temperature: 0,
  topP: 0.5,
  maxOutputTokens: 9,
  seed: 1,
  stopSequences: ['x'],
  presencePenalty: 1,
  reasoning: 'low',
});
const said: WireStep = { text: 'Hello.' };

describe('a field that a server refuses', () => {
  it.each<[string, WireStep, string]>([
    ['temperature', named('temperature', "'temperature' does not support 0"), 'temperature'],
    ['temperature', refusing('`temperature` is deprecated for this model.'), 'temperature'],
    ['top_p', refusing('top_p is not supported by this model'), 'topP'],
    ['temperature', refusing('`temperature` must be strictly positive'), 'temperature'],
    ['temperature', refusing('temperature must be greater than 0'), 'temperature'],
    ['temperature', refusing('`temperature` and `top_p` cannot both be set'), 'temperature'],
    ['temperature', refusing('temperature wird nicht unterstützt'), 'temperature'],
    ['top_p', refusing('不支持参数 top_p'), 'topP'],
    ['presence_penalty', refusing('Argument not supported: presencePenalty'), 'presencePenalty'],
    ['seed', refusing('Unrecognized request argument supplied: seed'), 'seed'],
    ['stop', refusing("Unsupported parameter: 'stop' is not supported"), 'stopSequences'],
    ['presence_penalty', refusing('Unknown field presence_penalty'), 'presencePenalty'],
    ['reasoning_effort', named('reasoning_effort', 'Unrecognized argument'), 'reasoning'],
    [
      'seed',
      {
        status: 422,
        error: { detail: [{ loc: ['body', 'seed'], msg: 'extra fields not permitted' }] },
      },
      'seed',
    ],
  ])('is left out, remembered and said: %s', (field, refused, feature) =>
    over([refused, said, said], 'cloud', async (model, double) => {
      const answer = await model.doGenerate(every);
      expect(answer.warnings).toMatchObject([{ type: 'unsupported', feature }]);
      await model.doGenerate(every);
      expect(double.requests.map(({ body }) => field in body)).toEqual([true, false, false]);
    }),
  );

  it('has another name: max_tokens is max_completion_tokens, streamed too', () =>
    over(
      [named('max_tokens', "Use 'max_completion_tokens' instead."), said],
      'cloud',
      async (model, double) => {
        const { stream } = await model.doStream(every);
        for await (const part of stream as unknown as AsyncIterable<{ type: string }>)
          if (part.type === 'stream-start') expect(part).toMatchObject({ warnings: [] });
        expect(double.requests[1]!.body).toMatchObject({ max_completion_tokens: 9 });
        expect(double.requests[1]!.body).not.toHaveProperty('max_tokens');
      },
    ));

  it('may be one of several', () =>
    over(
      [
        named('max_tokens', "Use 'max_completion_tokens' instead."),
        named('temperature', 'Only the default (1) value is supported.'),
        named('top_p', 'not supported'),
        said,
      ],
      'cloud',
      async (model, double) => {
        expect(textOf(await model.doGenerate(every))).toBe('Hello.');
        expect(capabilitiesOf(model).refuses).toEqual(['max_tokens', 'temperature', 'top_p']);
        expect(double.requests).toHaveLength(4);
      },
    ));

  it.each([
    [400, 'System role not supported'],
    [500, 'Jinja Exception: System role not supported'],
    [400, 'Conversation roles must alternate user/assistant/user/assistant/...'],
  ])('may be the role of the system (%i): it goes into the user turn', (status, message) =>
    over([{ status, error: { message } }, said, said], 'device', async (model, double) => {
      await model.doGenerate(every);
      await model.doGenerate(every);
      expect(double.requests.map(({ body }) => body.messages).slice(1)).toEqual([
        [{ role: 'user', content: 'Be brief.\n\nHi' }],
        [{ role: 'user', content: 'Be brief.\n\nHi' }],
      ]);
    }),
  );

  it('may be log-probabilities, forbidden by 403', () =>
    over(
      [{ status: 403, error: { error: { message: 'You may not request logprobs' } } }, said],
      'cloud',
      async model => {
        expect(textOf(await model.doGenerate(withLogprobs(every)))).toBe('Hello.');
        expect(capabilitiesOf(model).logprobs).toBe(false);
      },
    ));
});
