/**
 * Makes a value that keeps to a simple JSON schema: objects, arrays, strings, numbers, booleans,
 * enumerations, constants, the first of alternatives.
 */
export function exampleOf(schema: unknown): unknown {
  const {
    type,
    properties,
    items,
    enum: values,
    const: only,
    anyOf: alternatives,
  } = (schema ?? {}) as {
    type?: string;
    properties?: Record<string, unknown>;
    items?: unknown;
    enum?: unknown[];
    const?: unknown;
    anyOf?: unknown[];
  };
  if (only !== undefined) return only;
  if (alternatives) return exampleOf(alternatives[0]);
  if (values) return values[0];
  if (type === 'array') return [exampleOf(items)];
  if (type === 'integer' || type === 'number') return 1;
  if (type === 'boolean') return true;
  if (type !== 'object') return 'example';
  return Object.fromEntries(
    Object.entries(properties ?? {}).map(([key, value]) => [key, exampleOf(value)]),
  );
}
