import type * as z from 'zod';

/** What a schema gives, as a type that is read alone; editors show the sentence of each key. */
export type OfSchema<Schema extends () => z.ZodType> = ReadAlone<z.output<ReturnType<Schema>>>;

type ReadAlone<T> = T extends readonly (infer One)[]
  ? readonly ReadAlone<One>[]
  : T extends object
    ? { readonly [Key in keyof T]: ReadAlone<T[Key]> }
    : T;
