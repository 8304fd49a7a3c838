import { fileURLToPath } from 'node:url';
import { parseAst } from 'vite';

const runtime = fileURLToPath(new URL('late-pattern.ts', import.meta.url));
// A class of characters by a property of Unicode.
const dear = /\\p\{/i;
// What is given to these starts at the beginning, whatever was asked before.
const startsAnew = new Set(['match', 'matchAll', 'replace', 'replaceAll', 'search', 'split']);

/**
 * A step of the build: regular expressions that are dear to parse are parsed when they are first
 * used, not when the package is imported. In the sources they stay literals. Those are taken that
 * hold classes such as `\p{L}`, and all that are made from texts while a module is read.
 */
export function latePatterns() {
  return {
    name: 'late-patterns',
    transform(code: string, id: string) {
      if (!/\/(?:src|apps)\/.*(?<!\.d)\.ts$/.test(id) || !/\\p\{|new RegExp\(/i.test(code)) return;
      return lateIn(code);
    },
  };
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Walked {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Rewrites a module; returns it as it was where it holds none. */
export function lateIn(code: string): string {
  const edits: Edit[] = [];
  const made: string[] = [];
  const visit = (node: Walked, parents: readonly Walked[]) => {
    const edit = editOf(node, parents, made);
    if (edit) edits.push(edit);
    for (const child of childrenOf(node)) visit(child, [node, ...parents]);
  };
  visit(parseAst(code, { lang: 'ts' }) as unknown as Walked, []);
  if (edits.length === 0) return code;
  let text = code;
  for (const { start, end, text: by } of edits.toSorted((a, b) => b.start - a.start))
    text = text.slice(0, start) + by + text.slice(end);
  return `import { LatePattern } from ${JSON.stringify(runtime)};\n${made.join('\n')}\n${text}`;
}

function childrenOf(node: Walked): Walked[] {
  return Object.values(node).flat().filter(isNode);
}

function isNode(value: unknown): value is Walked {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

function editOf(node: Walked, parents: readonly Walked[], made: string[]): Edit | undefined {
  const isRun = parents.some(
    (parent, at) => isFunction(parent) && !isGiven(parent, parents[at + 1]),
  );
  if (node.type === 'NewExpression' && !isRun) {
    const callee = node.callee as Walked;
    if (callee.type !== 'Identifier' || callee.name !== 'RegExp') return undefined;
    return { start: callee.start, end: callee.end, text: 'LatePattern' };
  }
  const literal = node.regex as { readonly pattern: string; readonly flags: string } | undefined;
  if (node.type !== 'Literal' || !literal || !dear.test(literal.pattern)) return undefined;
  const { start, end } = node;
  const { pattern, flags } = literal;
  const late = `new LatePattern(${JSON.stringify(pattern)}, ${JSON.stringify(flags)})`;
  if (!isRun) return { start, end, text: late };
  const name = `latePattern${made.length}`;
  made.push(`const ${name} = ${late};`);
  const isShared = !/[gy]/.test(flags) || isGivenToText(node, parents[0]);
  return { start, end, text: isShared ? name : `${name}.fresh()` };
}

function isFunction({ type }: Walked): boolean {
  return /Function|MethodDefinition/.test(type);
}

// What a list is mapped by runs while the module is read, where the call stands outside of all
// functions.
function isGiven(node: Walked, call: Walked | undefined): boolean {
  return call?.type === 'CallExpression' && (call.arguments as Walked[]).includes(node);
}

function isGivenToText(node: Walked, call: Walked | undefined): boolean {
  if (call?.type !== 'CallExpression') return false;
  const { callee, arguments: given } = call as Walked & { callee: Walked; arguments: Walked[] };
  const property = callee.property as Walked | undefined;
  return given[0] === node && startsAnew.has(String(property?.name));
}
