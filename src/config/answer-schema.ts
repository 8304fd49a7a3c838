import * as z from 'zod';
import { strictSchema } from '../algorithms/strict-schema.ts';
import type { JsonSchema } from '../model/types.ts';

const jsonBySchema = new WeakMap<z.ZodType, JsonSchema>();

/**
 * Gives the JSON schema that a model is told to answer by, in the subset that strict clouds take.
 * It is made when it is first asked for, since making all of them takes long where a program only
 * loads the library.
 */
export function answerSchema(schema: z.ZodType, io: 'input' | 'output' = 'output'): JsonSchema {
  const known = jsonBySchema.get(schema);
  if (known) return known;
  const made = strictSchema(z.toJSONSchema(schema, { io })) as JsonSchema;
  jsonBySchema.set(schema, made);
  return made;
}
