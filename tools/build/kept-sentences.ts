import { globSync, readFileSync } from 'node:fs';
import { parseAst } from 'vite';
import { withPlainTypes } from './plain-types.ts';

/** A key of a schema: the comment above it, and what it is made of. */
interface Key {
  readonly comment: string | undefined;
  readonly value: Walked;
}

/** The keys of one object of a schema, and the file that they stand in. */
interface Shape {
  readonly keys: ReadonlyMap<string, Key>;
  readonly file: Source;
}

interface Source {
  readonly text: string;
  readonly program: Walked;
  /** What constants are made of, by name. */
  readonly constants: ReadonlyMap<string, Walked>;
}

interface Walked {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const mostSteps = 24;

/**
 * A step of the build: types come from schemas, and the compiler leaves the comments of a schema's
 * keys out of the types that it writes. They are put in again, so that editors show them.
 */
export function keptSentences() {
  return {
    name: 'kept-sentences',
    generateBundle(_: unknown, bundle: Record<string, { fileName: string; code?: string }>) {
      const types = Object.values(bundle).filter(({ fileName }) => fileName.endsWith('.d.ts'));
      if (types.length === 0) return;
      const texts = globSync('{src,apps}/**/*.ts', { exclude: ['**/*.test.ts', 'apps/studio/**'] })
        .map(path => readFileSync(path, 'utf8'))
        .filter(text => text.includes("from 'zod'"));
      const sources = texts.map(sourceOf);
      const before = types.map(({ code }) => code);
      for (const file of types)
        if (file.code) {
          file.code = withPlainTypes(withSentences(file.code, sources));
        }
      if (types.every(({ code }, index) => code === before[index])) {
        throw new Error(
          'No sentence of a schema was put into the published types, of which ' +
            `${types.length} files were written. See tools/build/kept-sentences.ts.`,
        );
      }
    },
  };
}

/** Reads a module for its constants. */
export function sourceOf(text: string): Source {
  const program = parseAst(text, { lang: 'ts' }) as unknown as Walked;
  const constants = new Map<string, Walked>();
  visit(program, node => {
    const { id, init } = node as { id?: { name?: string }; init?: Walked };
    if (node.type === 'VariableDeclarator' && id?.name && init) constants.set(id.name, init);
  });
  return { text, program, constants };
}

/** Writes the comments of schemas' keys into types that were made of them. */
export function withSentences(types: string, sources: readonly Source[]): string {
  const edits: { readonly at: number; readonly text: string }[] = [];
  const fill = (node: Walked, shapes: readonly Shape[]) => {
    if (node.type !== 'TSTypeLiteral') {
      for (const child of childrenOf(node)) fill(child, shapes);
      return;
    }
    const members = (node.members as readonly Walked[]).map(member => ({
      member,
      key: keyOf(member),
    }));
    const shape = shapes.find(
      ({ keys }) => keys.size === members.length && members.every(({ key }) => keys.has(key)),
    );
    for (const { member, key } of members) {
      const known = shape?.keys.get(key);
      if (known?.comment) edits.push({ at: member.start, text: known.comment });
      fill(member, known && shape ? shapesIn(known.value, shape.file, sources) : []);
    }
  };
  visit(parseAst(types, { lang: 'dts' }) as unknown as Walked, node => {
    const { id } = node as { id?: Walked & { name?: string; typeAnnotation?: Walked } };
    if (node.type !== 'VariableDeclarator' || !id?.name || !id.typeAnnotation) return;
    const name = id.name.replace(/\$\d+$/, '');
    const shapes = sources.flatMap(file => {
      const made = file.constants.get(name);
      return made ? shapesIn(made, file, sources) : [];
    });
    if (shapes.length > 0) fill(id.typeAnnotation, shapes);
  });
  let text = types;
  for (const { at, text: comment } of edits.toSorted((a, b) => b.at - a.at)) {
    const indent = /[^\S\n]*$/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1, at))?.[0] ?? '';
    const lines = comment.split('\n').map(line => line.trim());
    const written = lines.map((line, index) => (index === 0 ? line : `${indent} ${line}`));
    text = `${text.slice(0, at)}${written.join('\n')}\n${indent}${text.slice(at)}`;
  }
  return text;
}

/** The objects that an expression makes a schema of, but those under their keys. */
function shapesIn(node: Walked, file: Source, sources: readonly Source[], steps = 0): Shape[] {
  if (steps > mostSteps) return [];
  const within = (child: Walked) => shapesIn(child, file, sources, steps + 1);
  if (node.type === 'ObjectExpression') return [shapeOf(node, file, sources, steps)];
  if (node.type === 'Identifier') {
    const own = file.constants.get(String(node.name));
    if (own) return within(own);
    return sources.flatMap(source => {
      const made = source.constants.get(String(node.name));
      return made ? shapesIn(made, source, sources, steps + 1) : [];
    });
  }
  if (node.type === 'MemberExpression') return within(node.object as Walked);
  if (node.type !== 'CallExpression') return childrenOf(node).flatMap(within);
  const callee = node.callee as Walked;
  const given = (node.arguments as readonly Walked[]).flatMap(within);
  const method = (callee.property as { name?: string } | undefined)?.name;
  if (method !== 'extend') return [...within(callee), ...given];
  return within(callee).flatMap(base => given.map(more => joined(base, more)));
}

function shapeOf(node: Walked, file: Source, sources: readonly Source[], steps: number): Shape {
  const keys = new Map<string, Key>();
  let before = node.start + 1;
  for (const property of node.properties as readonly Walked[]) {
    if (property.type === 'SpreadElement') {
      const [spread] = shapesIn(property.argument as Walked, file, sources, steps + 1);
      for (const [key, known] of spread?.keys ?? []) keys.set(key, known);
    } else {
      const comment = /\/\*\*(?:(?!\*\/)[\s\S])*\*\/(?=\s*$)/.exec(
        file.text.slice(before, property.start),
      )?.[0];
      keys.set(keyOf(property), { comment, value: property.value as Walked });
    }
    before = property.end;
  }
  return { keys, file };
}

function joined(base: Shape, more: Shape): Shape {
  return { keys: new Map([...base.keys, ...more.keys]), file: more.file };
}

function keyOf({ key }: Walked): string {
  const { name, value } = (key ?? {}) as { name?: string; value?: unknown };
  return name ?? String(value);
}

function visit(node: Walked, see: (node: Walked) => void): void {
  see(node);
  for (const child of childrenOf(node)) visit(child, see);
}

function childrenOf(node: Walked): Walked[] {
  return Object.values(node).flat().filter(isNode);
}

function isNode(value: unknown): value is Walked {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
