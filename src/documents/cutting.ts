import * as z from 'zod';
import { later } from '../algorithms/later.ts';
import { type ChunkUnit, chunkerByUnit } from '../algorithms/text/chunk.ts';
import type { OfSchema } from '../model/of-schema.ts';

const units = [...Object.keys(chunkerByUnit), 'tokens'] as [ChunkUnit | 'tokens', ...[]];

export const cutting = later(() =>
  z.strictObject({
    by: z.enum(units),
    /** Most characters of a chunk. Default: 3,000. */
    characters: z.number().int().min(200).max(20_000).optional(),
    /** Most tokens of a chunk, for `tokens`. Default: 750. */
    tokens: z.number().int().min(50).max(8000).optional(),
    /** Share of a chunk repeated from the one before, 0..0.5. Default: 0. */
    overlap: z.number().min(0).max(0.5).optional(),
  }),
);

/**
 * How documents are cut. Give a size in characters, or in tokens; by tokens, sentences are packed.
 */
export type Cutting = OfSchema<typeof cutting>;
