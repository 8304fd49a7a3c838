import { expect, it } from 'vitest';
import { userCall } from '../../model/answer.ts';
import { model } from '../../registry/model.ts';

const schema = { type: 'object' as const, properties: {}, additionalProperties: false };

it.each([
  ['person', 'person'],
  ['The person: name & age', 'The_person_name_age'],
  ['Größe', 'Gr_e'],
  ['n'.repeat(80), 'n'.repeat(64)],
])('a schema is given a name that clouds take: %j', async (name, sent) => {
  const bodies: { response_format: { json_schema: { name: string } } }[] = [];
  const asked = model('openai-compatible:m', {
    endpoint: 'http://127.0.0.1:9/v1',
    fetch: async (_url, init) => {
      bodies.push(JSON.parse(String(init?.body)));
      const message = { role: 'assistant', content: '{}' };
      return Response.json({ choices: [{ index: 0, message, finish_reason: 'stop' }] });
    },
  });
  await asked.doGenerate(userCall('hi', { responseFormat: { type: 'json', name, schema } }));
  expect(bodies.at(-1)?.response_format.json_schema.name).toBe(sent);
});
