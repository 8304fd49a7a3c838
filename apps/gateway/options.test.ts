import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { patternByName, resolveConfig } from '../../src/entries/config.ts';
import { extractive, model, notConfigured, TandemError } from '../../src/index.ts';
import { jsonOf, startGateway } from './start-gateway.ts';

const messages = [{ role: 'user', content: 'Who?' }];
const roles = () => ({ local: extractive(), cloud: notConfigured() });

/** What no schema of the kind takes: too small, too large, of another type. */
function wrongFor(schema: z.ZodType): unknown[] {
  const isWrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
  if (isWrapped) return wrongFor(schema.unwrap() as z.ZodType);
  if (!(schema instanceof z.ZodNumber)) return [[7], 7.5e9];
  return [(schema.minValue ?? 0) - 1, (schema.maxValue ?? 1e15) + 1, 'many'];
}

const slips = Object.entries(patternByName).flatMap(([name, { options }]) =>
  Object.entries(options.shape).flatMap(([key, schema]) => [
    ...wrongFor(schema as z.ZodType).map(value => ({ name, key, value })),
    { name, key: `${key}x`, value: 1 },
  ]),
);

/** What a configuration says of the same option. */
function configured({ name, key, value }: (typeof slips)[number]): string {
  try {
    const config = { models: roles(), patterns: { [name]: { pattern: name, [key]: value } } };
    resolveConfig(config, { model, patternByName }).find(name);
  } catch (error) {
    if (TandemError.isInstance(error)) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('an option of a pattern over HTTP', () => {
  it('is refused in the words of a configuration, by both APIs, whole and streamed', async () => {
    await using gateway = await startGateway(roles(), {});
    const ways = [
      { path: '/v1/chat/completions', body: { messages } },
      { path: '/v1/chat/completions', body: { messages, stream: true } },
      { path: '/v1/responses', body: { input: 'Who?' } },
      { path: '/v1/responses', body: { input: 'Who?', stream: true } },
    ];
    for (const [index, slip] of slips.entries()) {
      const { path, body } = ways[index % ways.length]!;
      const tandem = { options: { [slip.key]: slip.value } };
      const reply = await gateway.send(path, { ...body, model: slip.name, tandem });
      const { error } = await jsonOf(reply);
      const words = configured(slip);
      expect({ ...slip, status: reply.status }).toEqual({ ...slip, status: 400 });
      // A misspelt key is told with the nearest; a request may set options alone, no roles.
      const [said = ''] = words.split(' Known: ');
      expect(error.message).toContain(said);
    }
  });
});
