import type * as z from 'zod';
import { later } from '../algorithms/later.ts';

/**
 * Makes a schema when something is first asked of it. A program that imports the library makes
 * none of the schemas that it does not use, which is a third of what the import would take.
 */
export function deferred<Schema extends z.ZodType>(make: () => Schema): Schema {
  const made = later(make);
  return new Proxy({} as Schema, {
    get: (_, key) => Reflect.get(made(), key),
    has: (_, key) => Reflect.has(made(), key),
    getPrototypeOf: () => Reflect.getPrototypeOf(made()),
  });
}
