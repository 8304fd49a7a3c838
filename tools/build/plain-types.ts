import { parseAst } from 'vite';

interface Walked {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** A type that is written out needs something that is not known here; it stays as it is. */
class Unwritable extends Error {}

const plainByName: Readonly<Record<string, string>> = {
  ZodNumber: 'number',
  ZodInt: 'number',
  ZodString: 'string',
  ZodURL: 'string',
  ZodBoolean: 'boolean',
  ZodNull: 'null',
  ZodUnknown: 'unknown',
};

/**
 * Writes types that are made of schemas out as plain ones, in published types: an editor then shows
 * `readonly tries: number` with its sentence, and no type of the library that checks it. A comment
 * of a key does not pass through a mapped type in every editor. What it does not know it leaves.
 */
export function withPlainTypes(types: string): string {
  const { body } = parseAst(types, { lang: 'dts' }) as unknown as { body: readonly Walked[] };
  const schemas = schemasIn(body);
  let text = types;
  for (const { type, typeAnnotation } of body.toReversed()) {
    if (type !== 'TSTypeAliasDeclaration') continue;
    const { start, end } = typeAnnotation as Walked;
    const written = plainType(types.slice(start, end), types, schemas);
    if (written !== undefined) text = text.slice(0, start) + written + text.slice(end);
  }
  return text;
}

function schemasIn(body: readonly Walked[]): ReadonlyMap<string, Walked> {
  const declared = body.flatMap(({ declarations = [] }) => declarations as { id: Walked }[]);
  return new Map(
    declared.flatMap(({ id }) =>
      id.typeAnnotation ? [[String(id.name), madeBy(annotationOf(id))] as const] : [],
    ),
  );
}

function plainType(
  alias: string,
  types: string,
  schemas: ReadonlyMap<string, Walked>,
): string | undefined {
  const [, deep, shallow = deep] =
    /^(?:OfSchema<typeof ([\w$]+)>|Readonly<z\.input<typeof ([\w$]+)>>)$/.exec(alias) ?? [];
  const schema = schemas.get(shallow ?? '');
  if (!schema) return undefined;
  try {
    return writtenOut(schema, { types, isDeep: deep !== undefined, depth: 0 });
  } catch (error) {
    if (error instanceof Unwritable) return undefined;
    throw error;
  }
}

// A schema that is made later is the result of a function.
function madeBy(given: Walked): Walked {
  if (given.type !== 'TSFunctionType') return given;
  return (given.returnType as Walked).typeAnnotation as Walked;
}

interface Writing {
  readonly types: string;
  /** Whether nothing of it may be written to, or only its own keys. */
  readonly isDeep: boolean;
  readonly depth: number;
}

function writtenOut(node: Walked, writing: Writing): string {
  const name = nameOf(node);
  const write = writerByName[name];
  if (!write) return plainByName[name] ?? unwritable();
  return write(argumentsOf(node), writing);
}

type Writer = (given: readonly Walked[], writing: Writing) => string;

const first: Writer = ([inner], writing) => writtenOut(inner!, writing);
const maybe: Writer = (given, writing) => `${first(given, writing)} | undefined`;

const writerByName: Readonly<Record<string, Writer>> = {
  ZodObject: objectOf,
  ZodOptional: maybe,
  ZodDefault: maybe,
  ZodNullable: (given, writing) => `${first(given, writing)} | null`,
  ZodArray: (given, writing) => `${readonlyIn(writing)}(${first(given, writing)})[]`,
  ZodReadonly: (given, writing) => `Readonly<${first(given, writing)}>`,
  ZodRecord([key, value], writing) {
    const record = `Record<${writtenOut(key!, writing)}, ${writtenOut(value!, writing)}>`;
    return writing.isDeep ? `Readonly<${record}>` : record;
  },
  ZodLiteral: ([value], { types }) => textOf(value!, types),
  ZodEnum([values], { types }) {
    const members = (values?.members ?? []) as readonly Walked[];
    if (members.length === 0) return unwritable();
    return members.map(member => textOf(annotationOf(member), types)).join(' | ');
  },
  ZodPipe: first,
  // What is given; a function or an object of a program stays what it is.
  ZodCustom: ([, given], { isDeep, types }) =>
    isDeep ? unwritable() : `(${textOf(given!, types)})`,
  ZodUnion: ([members], writing) =>
    elementsOf(members!)
      .map(each => `(${writtenOut(each, writing)})`)
      .join(' | '),
  ZodTuple([members, rest], writing) {
    if (rest && rest.type !== 'TSNullKeyword') return unwritable();
    const each = elementsOf(members!).map(element => writtenOut(element, writing));
    return `${readonlyIn(writing)}[${each.join(', ')}]`;
  },
};

function readonlyIn({ isDeep }: Writing): string {
  return isDeep ? 'readonly ' : '';
}

function unwritable(): never {
  throw new Unwritable();
}

function objectOf([shape, config]: readonly Walked[], writing: Writing): string {
  const { types, isDeep, depth } = writing;
  // An object that takes any key has more than is written.
  if (!shape || !config || !/\$(?:strict|strip)$/.test(textOf(config, types))) return unwritable();
  const indent = '  '.repeat(depth + 1);
  let before = shape.start + 1;
  const lines = (shape.members as readonly Walked[]).map(member => {
    const comment = /\/\*\*(?:(?!\*\/)[\s\S])*\*\/(?=\s*$)/.exec(
      types.slice(before, member.start),
    )?.[0];
    before = member.end;
    const value = annotationOf(member);
    const isOptional = ['ZodOptional', 'ZodDefault'].includes(nameOf(value));
    const said = comment?.split('\n').map((line, index) => (index ? ' ' : '') + line.trim());
    const key = textOf(member.key as Walked, types);
    const changed = isDeep || depth === 0 ? 'readonly ' : '';
    const type = writtenOut(value, { ...writing, depth: depth + 1 });
    return [...(said ?? []), `${changed}${key}${isOptional ? '?' : ''}: ${type};`]
      .map(line => `${indent}${line}\n`)
      .join('');
  });
  return `{\n${lines.join('')}${'  '.repeat(depth)}}`;
}

function nameOf({ typeName }: Walked): string {
  const { right, name } = (typeName ?? {}) as { right?: { name: string }; name?: string };
  return right?.name ?? name ?? '';
}

function argumentsOf({ typeArguments }: Walked): readonly Walked[] {
  return (typeArguments as { params?: readonly Walked[] } | null)?.params ?? [];
}

// The types of a tuple, `readonly` or not.
function elementsOf(node: Walked): readonly Walked[] {
  const tuple = node.type === 'TSTypeOperator' ? (node.typeAnnotation as Walked) : node;
  if (tuple.type !== 'TSTupleType') return unwritable();
  return tuple.elementTypes as readonly Walked[];
}

function annotationOf(member: Walked): Walked {
  return (member.typeAnnotation as Walked).typeAnnotation as Walked;
}

function textOf({ start, end }: Walked, types: string): string {
  return types.slice(start, end);
}
