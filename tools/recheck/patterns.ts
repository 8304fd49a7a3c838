import { readFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';

/** A regular expression of the sources. */
export interface SourcePattern {
  readonly source: string;
  readonly flags: string;
  /** File and line. */
  readonly at: string;
}

interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

/**
 * The regular expressions of a file: literals, and those that `new RegExp` makes of constant text,
 * be it in a JSON file that is imported.
 * What is put together of other values is not seen here.
 */
export function patternsIn(code: string, file: string, home: string): SourcePattern[] {
  const { parse } = createRequire(`${home}/`)('acorn') as {
    parse(code: string, options: object): SyntaxNode;
  };
  const plain = stripTypeScriptTypes(code, { mode: 'strip' });
  const tree = parse(plain, { ecmaVersion: 'latest', sourceType: 'module' });
  const found: SourcePattern[] = [];
  const constants = new Map<string, SyntaxNode>();
  const add = (node: SyntaxNode, source: string, flags: string) =>
    found.push({ source, flags, at: `${file}:${plain.slice(0, node.start).split('\n').length}` });
  walk(tree, node => {
    if (node.type === 'ImportDeclaration') noteJson(node, file, constants);
    if (node.type !== 'VariableDeclarator') return;
    const { name } = node.id as { name?: string };
    if (name && node.init) constants.set(name, node.init as SyntaxNode);
  });
  walk(tree, node => {
    const regex = node.regex as { pattern: string; flags: string } | undefined;
    if (node.type === 'Literal' && regex) add(node, regex.pattern, regex.flags);
    if (node.type !== 'NewExpression' || (node.callee as { name?: string }).name !== 'RegExp')
      return;
    const [source, flags] = node.arguments as SyntaxNode[];
    const text = source && foldText(source, constants);
    if (text !== undefined) add(node, text, (flags && foldText(flags, constants)) ?? '');
  });
  return found;
}

// A JSON file that is imported whole stands for its value.
function noteJson(node: SyntaxNode, file: string, constants: Map<string, SyntaxNode>): void {
  const path = (node.source as { value: string }).value;
  const [name] = (node.specifiers as { type: string; local: { name: string } }[]).filter(
    ({ type }) => type === 'ImportDefaultSpecifier',
  );
  if (!name || !path.startsWith('.') || !path.endsWith('.json')) return;
  const value: unknown = JSON.parse(readFileSync(join(dirname(file), path), 'utf8'));
  constants.set(name.local.name, { type: 'Json', start: 0, value });
}

function jsonOf(node: SyntaxNode, constants: ReadonlyMap<string, SyntaxNode>): unknown {
  if (node.type !== 'MemberExpression' || node.computed === true) return undefined;
  const whole = constants.get((node.object as { name?: string }).name ?? '');
  const key = (node.property as { name: string }).name;
  return whole?.type === 'Json' ? (whole.value as Record<string, unknown>)[key] : undefined;
}

// `lists.openings.join('|')`
function joinedJson(
  node: SyntaxNode,
  constants: ReadonlyMap<string, SyntaxNode>,
): string | undefined {
  const callee = node.callee as SyntaxNode;
  if (callee.type !== 'MemberExpression') return undefined;
  const items = jsonOf(callee.object as SyntaxNode, constants);
  const [by] = (node.arguments as SyntaxNode[]).map(each => foldText(each, constants));
  const isJoin = (callee.property as { name?: string }).name === 'join';
  return isJoin && Array.isArray(items) && by !== undefined ? items.join(by) : undefined;
}

function walk(node: SyntaxNode, visit: (node: SyntaxNode) => void): void {
  visit(node);
  for (const value of Object.values(node)) {
    for (const inner of Array.isArray(value) ? value : [value])
      if (inner && typeof (inner as SyntaxNode).type === 'string') walk(inner as SyntaxNode, visit);
  }
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

// Text that is known without running anything.
function foldText(
  node: SyntaxNode,
  constants: ReadonlyMap<string, SyntaxNode>,
): string | undefined {
  if (node.type === 'Literal') return textIn(node.value);
  if (node.type === 'Identifier') {
    const init = constants.get(node.name as string);
    return init && foldText(init, constants);
  }
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    const [left, right] = [node.left, node.right].map(side =>
      foldText(side as SyntaxNode, constants),
    );
    return left === undefined || right === undefined ? undefined : left + right;
  }
  if (node.type === 'CallExpression') return joinedJson(node, constants);
  if (node.type === 'MemberExpression') return textIn(jsonOf(node, constants));
  if (node.type === 'TemplateLiteral') return foldTemplate(node, 'cooked', constants);
  if (node.type === 'TaggedTemplateExpression')
    return foldTemplate(node.quasi as SyntaxNode, 'raw', constants);
  return undefined;
}

function foldTemplate(
  node: SyntaxNode,
  form: 'cooked' | 'raw',
  constants: ReadonlyMap<string, SyntaxNode>,
): string | undefined {
  const texts = (node.quasis as { value: { cooked: string; raw: string } }[]).map(
    ({ value }) => value[form],
  );
  const values = (node.expressions as SyntaxNode[]).map(each => foldText(each, constants));
  if (values.includes(undefined)) return undefined;
  return texts.map((text, index) => text + (values[index] ?? '')).join('');
}
