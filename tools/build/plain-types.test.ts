import { describe, expect, it } from 'vitest';
import { withPlainTypes } from './plain-types.ts';

const schema = (name: string, made: string) => `declare const ${name}: ${made};\n`;

describe('published types of schemas', () => {
  it('are written out with the sentences of their keys, in every depth', () => {
    const made = schema(
      'limits$1',
      `() => z.ZodObject<{
  /**
   * How
   * often.
   */
  tries: z.ZodNumber;
  each: z.ZodOptional<z.ZodObject<{
    /** In words. */
    words: z.ZodArray<z.ZodUnion<readonly [z.ZodString, z.ZodLiteral<0>]>>;
  }, z.core.$strip>>;
  kind: z.ZodNullable<z.ZodEnum<{ a: "a"; b: "b"; }>>;
  by: z.ZodRecord<z.ZodString, z.ZodBoolean>;
}, z.core.$strict>`,
    );
    expect(withPlainTypes(`${made}type Limits = OfSchema<typeof limits$1>;\n`)).toBe(
      `${made}type Limits = {
  /**
   * How
   * often.
   */
  readonly tries: number;
  readonly each?: {
    /** In words. */
    readonly words: readonly ((string) | (0))[];
  } | undefined;
  readonly kind: "a" | "b" | null;
  readonly by: Readonly<Record<string, boolean>>;
};\n`,
    );
  });

  it('are what may be given, where defaults and specs become something else', () => {
    const made = schema(
      'options',
      `z.ZodObject<{
  local: z.ZodPipe<z.ZodCustom<string | Model, string | Model>, z.ZodTransform<Model, string>>;
  k: z.ZodDefault<z.ZodTuple<[z.ZodNumber, z.ZodNumber], null>>;
  sub: z.ZodObject<{ list: z.ZodArray<z.ZodString>; }, z.core.$strict>;
}, z.core.$strict>`,
    );
    expect(withPlainTypes(`${made}type Options = Readonly<z.input<typeof options>>;\n`)).toBe(
      `${made}type Options = {
  readonly local: (string | Model);
  readonly k?: [number, number] | undefined;
  readonly sub: {
    list: (string)[];
  };
};\n`,
    );
  });

  it.each([
    'z.ZodObject<{ a: z.ZodNumber; }, z.core.$loose>',
    'z.ZodObject<{ a: z.ZodCatch<z.ZodNumber>; }, z.core.$strict>',
    'z.ZodObject<{ a: z.ZodTuple<[z.ZodNumber], z.ZodString>; }, z.core.$strict>',
    'z.ZodObject<{ a: z.ZodCustom<Model, Model>; }, z.core.$strict>',
  ])('stay as they are where it is not known what %s holds', made => {
    const types = `${schema('a', made)}type A = OfSchema<typeof a>;\n`;
    expect(withPlainTypes(types)).toBe(types);
  });
});
