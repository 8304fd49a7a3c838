/** Requests drawn from the OpenAPI document: valid, nearly valid, and hostile. */

type Schema = Record<string, unknown> & {
  readonly properties?: Record<string, Schema>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string;
};

/** Marks whatever a request says, so that it can be looked for where it must not be. */
export const canary = 'CANARY';

type Random = () => number;

/** Draws a value that a schema allows. */
export function draw(schema: Schema, random: Random, depth = 0): unknown {
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) return draw(pick(branches, random), random, depth);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return pick(schema.enum, random);
  if (schema.type === 'object' || schema.properties) return objectOf(schema, random, depth);
  if (schema.type === 'array') {
    const least = Number(schema.minItems ?? 0);
    const length = depth > 6 ? least : least + Math.floor(random() * 3);
    return Array.from({ length }, () => draw(schema.items ?? {}, random, depth + 1));
  }
  if (schema.type === 'boolean') return random() < 0.5;
  if (schema.type === 'number' || schema.type === 'integer') return numberOf(schema, random);
  if (schema.type === 'null') return null;
  return stringOf(schema, random);
}

/** Changes one place of a value into something else. */
export function mutate(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random() < 0.2)
    return pick(strange, random)(random);
  const entries = Object.entries(value);
  if (entries.length === 0 || random() < 0.15)
    return { ...value, [pick(oddKeys, random)]: pick(strange, random)(random) };
  const [key, inner] = pick(entries, random);
  if (Array.isArray(value))
    return value.map((each, index) => (String(index) === key ? mutate(inner, random) : each));
  if (random() < 0.2) return Object.fromEntries(entries.filter(([other]) => other !== key));
  return { ...value, [key]: mutate(inner, random) };
}

const oddKeys = ['__proto__', 'constructor', 'toString', 'extra', '', 'tandem', 'base_url', canary];
const strange: readonly ((random: Random) => unknown)[] = [
  () => null,
  () => '',
  () => -1,
  () => 1e308,
  () => 0.5,
  () => [],
  () => ({}),
  () => true,
  () => canary.repeat(50),
  () => '\u0000\ud800\u202e',
  () => ({ ['__proto__']: { isAdmin: true } }),
  random => nested(10 + Math.floor(random() * 100)),
  () => Array.from({ length: 200 }, (_, n) => n),
  () => 'data:image/png;base64,!!!!',
  () => 'http://169.254.169.254/latest/meta-data',
  () => 'file:///etc/passwd',
];

function nested(depth: number): unknown {
  let value: unknown = canary;
  for (let n = 0; n < depth; n++) value = n % 2 === 0 ? [value] : { a: value };
  return value;
}

function objectOf(
  { properties = {}, required = [] }: Schema,
  random: Random,
  depth: number,
): object {
  const drawn: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(properties)) {
    if (!required.includes(name) && random() > (depth === 0 ? 0.25 : 0.4)) continue;
    drawn[name] = draw(inner, random, depth + 1);
  }
  return drawn;
}

function numberOf({ minimum = 0, maximum = 8, type }: Schema, random: Random): number {
  const [least, most] = [
    Math.max(Number(minimum), -1e6),
    Math.min(Number(maximum), Number(minimum) + 1000),
  ];
  const number = least + random() * (most - least);
  return type === 'integer' ? Math.ceil(number) : number;
}

function stringOf({ pattern }: Schema, random: Random): string {
  if (typeof pattern === 'string') return 'weather';
  const words = [canary, 'hello', 'FAIL', 'tell me', '42', 'call_1', '{"a":1}', 'ünïcödé 🎈'];
  return `${pick(words, random)} ${random() < 0.5 ? canary : ''}`.trim();
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)]!;
}
