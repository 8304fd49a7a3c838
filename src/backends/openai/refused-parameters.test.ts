import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../model/answer.ts';
import { withLogprobs } from '../../model/leaf/logprobs.ts';
import { capabilitiesOf } from '../../model/leaf/model/capabilities.ts';
import type { LanguageModel } from '../../model/types.ts';
import { startWireDouble, type WireDouble, type WireStep } from '../../testing/wire/wire-double.ts';
import { openaiCompatible } from './openai-compatible.ts';

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

  it('may refuse log-probabilities too', () =>
    over([refused, refusing('unknown field "logprobs"'), word], 'device', async (model, double) => {
      expect(textOf(await model.doGenerate(withLogprobs(wanting)))).toBe('{"word":"a"}');
      expect(double.requests.map(({ body }) => body.logprobs === true)).toEqual([
        true,
        true,
        false,
      ]);
    }));

  it.each([
    ['a cloud', 'cloud', "'response_format.type' must be 'text'"],
    [
      'a schema that is not valid',
      'device',
      "Invalid schema for response_format 'word': 'foo' is not a type.",
    ],
    ['another mistake', 'device', 'temperature must be at most 2'],
  ] as const)('is another thing than %s, whose refusal is shown', (_, place, message) =>
    over([refusing(message)], place, async (model, double) => {
      await expect(Promise.resolve(model.doGenerate(wanting))).rejects.toThrow(message);
      expect(double.requests).toHaveLength(1);
      expect(capabilitiesOf(model).jsonSchema).toBeUndefined();
    }),
  );
});
