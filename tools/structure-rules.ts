import { checkLayers } from './layer-rule.ts';
import { checkSchemes } from './scheme-rule.ts';
import { checkSql } from './sql-rule.ts';

/** The rules of the house that a linter does not know, over files given as paths and texts. */

/** A source file. */
export interface SourceFile {
  /** From the root, with slashes: `src/model/ask.ts`. */
  readonly path: string;
  readonly text: string;
}

/** A broken rule, at a line from 1. */
export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
}

const levelTwo = ['documents', 'runs', 'backends', 'config', 'privacy', 'telemetry', 'eval'];
const foundations = ['algorithms', 'trace', 'model'];
const mayImport: Readonly<Record<string, readonly string[]>> = {
  algorithms: ['algorithms'],
  trace: ['trace'],
  model: ['model', 'trace', 'algorithms'],
  ...Object.fromEntries(levelTwo.map(folder => [folder, [folder, ...foundations]])),
  patterns: [...foundations, ...levelTwo],
  testing: ['testing', ...foundations, ...levelTwo],
};
const bannedNames = /(^|[/-])(utils?|helpers?|common|manager|misc)(\/|\.)/;
const kebabName = /^(?:[a-z0-9]+(?:[-.][a-z0-9]+)*|README\.md)$/;
const outside = /^(apps|examples|evals|bench)\//;
const written = new Set(['tools/all-names.ts', 'tools/shown-examples.ts']);
const limits = { file: 400, test: 400 };

/** Checks every rule on every file. */
export function checkStructure(files: readonly SourceFile[]): Violation[] {
  const read = files.map(withoutComments);
  const ofEach = read.flatMap(file => [
    ...checkName(file),
    ...checkLength(file),
    ...importsOf(file).flatMap(found => checkImport(file, found)),
    ...checkPurity(file),
    ...checkText(file),
    ...checkSql(file),
    ...checkSchemes(file),
  ]);
  return [...ofEach, ...checkLayers(read)];
}

/** Counts files over 250 lines, which is a hint and no bound. */
export function countLong(files: readonly SourceFile[]): number {
  return files.filter(
    ({ path, text }) =>
      !isTest(path) && !isRoot(path) && !written.has(path) && text.split('\n').length > 251,
  ).length;
}

/**
 * Blanks comments that begin a line, so that a word in one breaks no rule; lines keep their
 * numbers.
 */
function withoutComments({ path, text }: SourceFile): SourceFile {
  const blank = (found: string) => found.replace(/[^\n]/g, ' ');
  return { path, text: text.replace(/^[^\S\n]*(?:\/\*[\s\S]*?\*\/|\/\/.*$)/gm, blank) };
}

interface Import {
  readonly specifier: string;
  readonly line: number;
}

const imports = new RegExp(
  String.raw`(?:^|\n)\s*(?:import|export)\b[^'"\`;]*?\bfrom\s*['"]([^'"]+)['"]` +
    String.raw`|\bimport\s*\(?\s*['"\`]([^'"\`]+)['"\`]`,
  'g',
);

function importsOf({ text }: SourceFile): Import[] {
  return [...text.matchAll(imports)].map(match => ({
    specifier: match[1] ?? match[2] ?? '',
    line: lineAt(text, match.index + match[0].length),
  }));
}

function checkName({ path }: SourceFile): Violation[] {
  return [
    ...(bannedNames.test(path)
      ? [{ path, line: 1, rule: 'a name that says nothing (utils, helpers, common, …)' }]
      : []),
    ...(path.split('/').every(name => kebabName.test(name))
      ? []
      : [{ path, line: 1, rule: 'folders and files are named in kebab-case' }]),
  ];
}

function checkLength({ path, text }: SourceFile): Violation[] {
  // A list of public names has a line for each of them, and no more to split.
  if (isRoot(path) || written.has(path)) return [];
  const lines = text.split('\n').length - 1;
  const most = isTest(path) ? limits.test : limits.file;
  return lines > most ? [{ path, line: most, rule: `${lines} lines, at most ${most}` }] : [];
}

function checkImport(file: SourceFile, { specifier, line }: Import): Violation[] {
  const { path } = file;
  const rule = brokenBy(path, specifier);
  return rule === undefined ? [] : [{ path, line, rule }];
}

function brokenBy(path: string, specifier: string): string | undefined {
  if (specifier === '@ai-sdk/provider' && path !== 'src/model/types.ts') {
    return '`@ai-sdk/provider` is imported by src/model/types.ts alone';
  }
  const target = specifier.startsWith('.') ? resolve(path, specifier) : undefined;
  if (outside.test(path)) return target && brokenOutside(path, target);
  if (!path.startsWith('src/') || isRoot(path)) return undefined;
  if (target) return brokenInside(path, target);
  if (isTest(path)) return undefined;
  if (/^tandem(\/|$)/.test(specifier))
    return 'inside src, import the file, not the package that contains it';
  return folderOf(path) === 'algorithms'
    ? `src/algorithms imports nothing, not "${specifier}"`
    : undefined;
}

// What a pattern answers with where nothing else is given (decision 0039).
const defaults = new Map([['src/patterns/router/router.ts', 'src/patterns/cascade/cascade.ts']]);

function brokenInside(path: string, target: string): string | undefined {
  const folder = folderOf(path);
  const wanted = folderOf(target);
  if (!target.startsWith('src/')) return `src imports nothing from ${target.split('/')[0]}`;
  if (isTest(path) && (wanted === 'testing' || isRoot(target) || isAbovePatterns(path)))
    return undefined;
  if (folder === 'patterns' && wanted === 'patterns') {
    return patternOf(path) === patternOf(target) || defaults.get(path) === target
      ? undefined
      : 'a pattern never imports another pattern';
  }
  return mayImport[folder]?.includes(wanted)
    ? undefined
    : `src/${folder} may not import src/${wanted}`;
}

function brokenOutside(path: string, target: string): string | undefined {
  if (!target.startsWith('src/')) {
    return applicationOf(target) === applicationOf(path)
      ? undefined
      : 'an application imports no other application';
  }
  const isPublic = isEntry(target) || target === 'src/testing/index.ts';
  return isPublic
    ? undefined
    : 'only src/index.ts, src/entries and src/testing/index.ts may be imported from here';
}

const impure = new RegExp(
  String.raw`\b(Date\.now|new Date\b|Math\.random|performance\b|process\b|crypto\b` +
    String.raw`|globalThis\b|set(?:Timeout|Interval|Immediate)|fetch\()`,
  'g',
);

function checkPurity({ path, text }: SourceFile): Violation[] {
  if (!/^src\/(?:algorithms|eval\/statistics)\//.test(path) || isTest(path)) return [];
  return [...text.matchAll(impure)].map(({ index, 0: found }) => ({
    path,
    line: lineAt(text, index),
    rule: `src/algorithms is pure: no ${found}`,
  }));
}

const textRules: readonly {
  readonly pattern: RegExp;
  readonly rule: string;
  readonly where: (path: string) => boolean;
}[] = [
  {
    pattern: /^(?!export (?:type )?\{|\}|\s|$)/gm,
    rule: 'an entry exports names and does nothing else',
    where: isEntry,
  },
  {
    pattern: /throw (?:new )?Error\(/g,
    rule: 'a bare `throw new Error`; use TandemError',
    where: path => path.startsWith('src/') && !isTest(path),
  },
  { pattern: /^export \* /gm, rule: 'no `export *`', where: path => path.startsWith('src/') },
  {
    pattern: /^export default |^export \{[^}]*\bas default\b/gm,
    rule: 'no default export',
    where: path => path.startsWith('src/'),
  },
  {
    pattern: /\b(it|test|describe)(\.\w+)*\.(skip|only|todo)\b|\b(xit|xtest|xdescribe)\(/g,
    rule: 'no skipped or lone tests',
    where: isTest,
  },
];

function checkText({ path, text }: SourceFile): Violation[] {
  return textRules.flatMap(({ pattern, rule, where }) =>
    where(path)
      ? [...text.matchAll(pattern)].map(({ index }) => ({ path, line: lineAt(text, index), rule }))
      : [],
  );
}

function resolve(path: string, specifier: string): string {
  const parts = path.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function folderOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function patternOf(path: string): string {
  return path.split('/')[2] ?? '';
}

/** The folder that is one application: `apps/cli`, `examples`. */
function applicationOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'apps' ? `apps/${second}` : first;
}

/** Whether a test stands above all patterns: it nests them, or holds an instrument against one. */
function isAbovePatterns(path: string): boolean {
  return /^src\/(?:patterns\/[^/]+|testing\/.+)\.test\.ts$/.test(path);
}

/** The modules by which the package is entered. */
function isEntry(path: string): boolean {
  return path === 'src/index.ts' || path.startsWith('src/entries/');
}

/** What joins all of src: the entries, and the tables of patterns and schemes. */
function isRoot(path: string): boolean {
  return isEntry(path) || path.startsWith('src/registry/');
}

/** Whether a path is of a test. */
export function isTest(path: string): boolean {
  return path.endsWith('.test.ts');
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
