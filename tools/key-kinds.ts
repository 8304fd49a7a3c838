import { isTest, type SourceFile } from './structure-rules.ts';

/** What a value is, as far as the text tells: `any` where it does not. */
type Kind = 'string' | 'number' | 'boolean' | 'list' | 'object' | 'function' | 'foreign' | 'any';

/** What is declared in the sources, by name. */
interface Declared {
  readonly interfaces: ReadonlySet<string>;
  readonly aliases: ReadonlyMap<string, string>;
  readonly schemas: ReadonlyMap<string, Kind>;
}

/**
 * Finds interfaces that repeat most keys of a schema, from which their type could come: keys of the
 * same names with the same kinds of values. A model is not its name and packed numbers are no list
 * of numbers; a key that must be there and may hold `undefined` is one that no schema of an object
 * has.
 */
export function repeatedKeys(files: readonly SourceFile[]): string[] {
  const inSrc = files
    .filter(({ path }) => path.startsWith('src/') && !isTest(path))
    .map(({ path, text }) => ({ path, text: withoutComments(text) }));
  const declared = declaredIn(inSrc);
  const schemas = inSrc.flatMap(file =>
    keysOf(file, /z\s*\.(?:strictO|looseO|o)bject\(\{/g, value => kindOfSchema(value, declared)),
  );
  const interfaces = inSrc.flatMap(file =>
    keysOf(file, /\binterface (\w+)[^{]*\{/g, value => kindOfKey(value, declared)),
  );
  return interfaces
    .filter(({ kinds }) => schemas.some(schema => isRepeated(schema.kinds, kinds)))
    .map(({ path, name }) => `${path}: ${name}`);
}

type Kinds = ReadonlyMap<string, Kind | undefined>;

function isRepeated(schema: Kinds, own: Kinds): boolean {
  const both = [...schema].filter(([key, kind]) => isSame(kind, own.get(key))).length;
  return both >= 2 && both >= 0.7 * Math.max(schema.size, own.size);
}

function isSame(a: Kind | undefined, b: Kind | undefined): boolean {
  return a !== undefined && b !== undefined && (a === b || a === 'any' || b === 'any');
}

function keysOf(
  { path, text }: SourceFile,
  start: RegExp,
  kindOf: (value: string) => Kind | undefined,
) {
  return [...text.matchAll(start)].map(match => {
    const body = bodyFrom(text, match.index + match[0].length);
    const found = [...body.matchAll(/(?:^|[\n,;{])\s*(?:readonly )?(\w+)(\??[:(][^,;]*)/g)];
    const kinds: Kinds = new Map(found.map(([, key = '', value = '']) => [key, kindOf(value)]));
    return { path, name: match[1] ?? '', kinds };
  });
}

/** What a key of an interface holds; `undefined` where no schema can say the same. */
function kindOfKey(written: string, declared: Declared): Kind | undefined {
  if (/^\??\(/.test(written)) return 'function';
  const [, optional, type = ''] = /^(\??):\s*([\s\S]*?)\s*$/.exec(written) ?? [];
  const plain = type.replace(/\s*\|\s*undefined$/, '');
  return !optional && plain !== type ? undefined : kindOfType(plain, declared);
}

function kindOfType(type: string, declared: Declared, depth = 0): Kind {
  if (/^(?:string|number|boolean)$/.test(type)) return type as Kind;
  if (/=>/.test(type)) return 'function';
  if (/\[\]$/.test(type)) return 'list';
  if (type.includes('|')) {
    const each = type.split('|').map(part => part.trim());
    const kinds = new Set(each.filter(Boolean).map(part => kindOfType(part, declared, depth)));
    return kinds.size === 1 ? [...kinds][0]! : 'any';
  }
  if (/^['`]/.test(type)) return 'string';
  if (/^\{|^(?:Readonly<)?Record</.test(type)) return 'object';
  const [, schema] = /\btypeof (\w+)/.exec(type) ?? [];
  if (schema !== undefined) return declared.schemas.get(schema) ?? 'any';
  const name = /^[A-Z]\w*/.exec(type)?.[0];
  if (name === undefined || ofOthers.has(name) || depth > 5) return 'any';
  if (declared.interfaces.has(name)) return 'object';
  const alias = declared.aliases.get(name);
  // What is declared nowhere here is of a package or of the language: a class, no plain value.
  return alias === undefined ? 'foreign' : kindOfType(alias, declared, depth + 1);
}

// Types that are what they are given.
const ofOthers = new Set(['Readonly', 'Partial', 'Required', 'NonNullable', 'Exclude', 'Extract']);

function kindOfSchema(written: string, { schemas }: Declared): Kind {
  const [, maker, name] = /^:\s*(?:z\s*\.(\w+)|(\w+))/.exec(written) ?? [];
  return (maker !== undefined ? kindByMaker[maker] : schemas.get(name ?? '')) ?? 'any';
}

const kindByMaker: Readonly<Record<string, Kind>> = {
  string: 'string',
  enum: 'string',
  url: 'string',
  number: 'number',
  int: 'number',
  boolean: 'boolean',
  array: 'list',
  object: 'object',
  strictObject: 'object',
  looseObject: 'object',
  record: 'object',
};

function declaredIn(files: readonly SourceFile[]): Declared {
  const all = (found: RegExp) => files.flatMap(({ text }) => [...text.matchAll(found)]);
  const schemas = new Map<string, Kind>();
  const made = /\bconst (\w+) = (?:(?:later|deferred)\(\(\) =>)?\s*z\s*\.(\w+)\(/g;
  for (const [, name = '', maker = ''] of all(made)) {
    const kind = kindByMaker[maker] ?? 'any';
    // Schemas of one name in several files tell something where they agree.
    schemas.set(name, (schemas.get(name) ?? kind) === kind ? kind : 'any');
  }
  return {
    interfaces: new Set(all(/\binterface (\w+)/g).map(([, name = '']) => name)),
    aliases: new Map(
      all(/\btype (\w+)(?:<[^=]*>)? =\s*([^;]*);/g).map(([, name = '', type = '']) => [name, type]),
    ),
    schemas,
  };
}

// What stands at the depth of the first brace alone: inner objects have keys of their own.
function bodyFrom(code: string, from: number): string {
  let depth = 1;
  let body = '';
  for (let at = from; at < code.length && depth > 0; at++) {
    const letter = code[at]!;
    if ('}])'.includes(letter)) depth--;
    if (depth === 1) body += letter;
    if ('{[('.includes(letter)) depth++;
  }
  return body;
}

/** Blanks comments; lines and columns stay. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, found => found.replace(/[^\n]/g, ' '));
}
