import { namesIn } from './public-names.ts';
import { isTest, type SourceFile } from './structure-rules.ts';

const patterns = ['cascade', 'router', 'maker', 'minions', 'chain', 'shadow'];
const patternName = new RegExp(`'(${patterns.join('|')})'`, 'g');
// The demonstration plays one scenario of each pattern, doubles play them in tests, and `auto` is
// made of two whose names its roles bear.
const knowsPatterns =
  /^src\/(?:registry|testing|patterns\/auto)\/|^apps\/cli\/demo\/|\/exam\/|-exam\.ts$/;

/** Finds names of patterns as strings outside the pattern's folder and the registry. */
export function strayPatternNames(files: readonly SourceFile[]): string[] {
  return sources(files).flatMap(({ path, text }) =>
    knowsPatterns.test(path)
      ? []
      : [...withoutComments(text).matchAll(patternName)]
          .filter(([, name]) => !path.startsWith(`src/patterns/${name}/`))
          .map(({ index, 1: name }) => `${path}:${lineAt(text, index)}  ${name}`),
  );
}

/** Finds names that an entry exports and that no sentence stands above where they are declared. */
export function bareNames(files: readonly SourceFile[]): string[] {
  const entries = files.filter(({ path }) =>
    /^src\/(?:index|entries\/\w+|testing\/index)\.ts$|^apps\/gateway\/index\.ts$/.test(path),
  );
  const names = new Set(entries.flatMap(({ text }) => namesIn(text).map(({ name }) => name)));
  return sources(files).flatMap(({ path, text }) => {
    const lines = text.split('\n');
    return lines.flatMap((line, index) => {
      const name = declared.exec(line)?.[1];
      const isBare = name !== undefined && names.has(name) && !lines[index - 1]?.endsWith('*/');
      return isBare ? [`${path}:${index + 1}  ${name}`] : [];
    });
  });
}

const declared =
  /^export (?:declare )?(?:async )?(?:const|function\*?|class|interface|type|enum) (\w+)/;

/** Finds interfaces that repeat most keys of a schema, from which their type could come. */
export function repeatedKeys(files: readonly SourceFile[]): string[] {
  const inSrc = sources(files).filter(({ path }) => path.startsWith('src/'));
  const schemas = inSrc.flatMap(file => keysOf(file, /z\s*\.(?:strictO|looseO|o)bject\(\{/g));
  const interfaces = inSrc.flatMap(file => keysOf(file, /\binterface (\w+)[^{]*\{/g));
  return interfaces
    .filter(one => schemas.some(schema => isRepeated(schema.keys, one.keys)))
    .map(({ path, name }) => `${path}: ${name}`);
}

function isRepeated(schema: ReadonlySet<string>, keys: ReadonlySet<string>): boolean {
  const both = [...schema].filter(key => keys.has(key)).length;
  return both >= 2 && both >= 0.7 * Math.max(schema.size, keys.size);
}

function keysOf({ path, text }: SourceFile, start: RegExp) {
  const code = withoutComments(text);
  return [...code.matchAll(start)].map(match => {
    const body = bodyFrom(code, match.index + match[0].length);
    const keys = [...body.matchAll(/(?:^|[\n,;{])\s*(?:readonly )?(\w+)\??[:(]/g)];
    return { path, name: match[1] ?? '', keys: new Set(keys.map(([, key = '']) => key)) };
  });
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

function sources(files: readonly SourceFile[]): SourceFile[] {
  return files.filter(({ path }) => /^(?:src|apps)\//.test(path) && !isTest(path));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, found => found.replace(/[^\n]/g, ' '));
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
