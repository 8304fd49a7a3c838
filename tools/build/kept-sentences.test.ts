import { describe, expect, it } from 'vitest';
import { sourceOf, withSentences } from './kept-sentences.ts';

describe('sentences of schemas in published types', () => {
  const base = sourceOf(`
const shared = { /** A limit. */ limit: z.number() };
export const inner = later(() => z.object({
  /** How wide. */
  width: z.number(),
}));
`);
  const whole = sourceOf(`
export const options = deferred(() =>
  z.strictObject({
    ...shared,
    /**
     * What is
     * inside.
     */
    inside: z.array(inner()).optional(),
    plain: z.string(), // no sentence
    /** One of two. */
    either: z.union([z.number(), z.strictObject({ /** How high. */ height: z.number() })]),
  }).extend({ /** Told at the end. */ last: z.string() }),
);
`);
  const sources = [base, whole];

  it('are put above the keys, those of spread, extended and inner objects too', () => {
    const types = `declare const options$1: z.ZodObject<{
  limit: z.ZodNumber;
  inside: z.ZodOptional<z.ZodArray<z.ZodObject<{
    width: z.ZodNumber;
  }, z.core.$strip>>>;
  plain: z.ZodString;
  either: z.ZodUnion<readonly [z.ZodNumber, z.ZodObject<{
    height: z.ZodNumber;
  }, z.core.$strict>]>;
  last: z.ZodString;
}, z.core.$strict>;
`;
    expect(withSentences(types, sources)).toBe(`declare const options$1: z.ZodObject<{
  /** A limit. */
  limit: z.ZodNumber;
  /**
   * What is
   * inside.
   */
  inside: z.ZodOptional<z.ZodArray<z.ZodObject<{
    /** How wide. */
    width: z.ZodNumber;
  }, z.core.$strip>>>;
  plain: z.ZodString;
  /** One of two. */
  either: z.ZodUnion<readonly [z.ZodNumber, z.ZodObject<{
    /** How high. */
    height: z.ZodNumber;
  }, z.core.$strict>]>;
  /** Told at the end. */
  last: z.ZodString;
}, z.core.$strict>;
`);
  });

  it('stay away from a type of the same name with other keys, and from names of no schema', () => {
    const types = `declare const inner: z.ZodObject<{
  width: z.ZodNumber;
  more: z.ZodNumber;
}>;
declare const other: z.ZodObject<{
  width: z.ZodNumber;
}>;
`;
    expect(withSentences(types, sources)).toBe(types);
  });
});
