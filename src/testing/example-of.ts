/**
 * Makes a value that keeps to a simple JSON schema: objects, arrays, strings, numbers, booleans,
 * enumerations.
 */
export function exampleOf(schema: unknown): unknown {
  const {
    type,
    properties,
    items,
    enum: values,
  } = (schema ?? {}) as {
    type?: string;
    properties?: Record<string, unknown>;
    items?: unknown;
    enum?: unknown[];
  };
  if (values) return values[0];
  if (type === 'array') return [exampleOf(items)];
  if (type === 'integer' || type === 'number') return 1;
  if (type === 'boolean') return true;
  if (type !== 'object') return 'example';
  return Object.fromEntries(
    Object.entries(properties ?? {}).map(([key, value]) => [key, exampleOf(value)]),
  );
}
