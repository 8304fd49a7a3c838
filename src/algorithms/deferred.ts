import { later } from './later.ts';

/**
 * Stands for an object that is made when something is first asked of it, such as a schema: a
 * program that imports the library makes none of those that it does not use, which is a third of
 * what the import would take. It is another object than the one that is made: what is noted of one
 * is not known of the other.
 */
export function deferred<Made extends object>(make: () => Made): Made {
  const made = later(make);
  return new Proxy({} as Made, {
    get: (_, key) => Reflect.get(made(), key),
    has: (_, key) => Reflect.has(made(), key),
    getPrototypeOf: () => Reflect.getPrototypeOf(made()),
  });
}
