import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publicNames } from '../public-names.ts';

/** An example in the sentences of a public function. */
export interface DocExample {
  readonly entry: string;
  readonly name: string;
  readonly file: string;
  readonly code: string;
}

/** What the functions of an entry are shown by. */
export interface Shown {
  readonly examples: readonly DocExample[];
  /** Functions without an example, as `file: name`. */
  readonly bare: readonly string[];
}

const reexported = /^export \{([^}]*)\} from '([^']+)';/gm;

/** Reads the examples of the functions that an entry exports. */
export function examplesOf(entry: string): Shown {
  const examples: DocExample[] = [];
  const bare: string[] = [];
  for (const [, names = '', from = ''] of readFileSync(entry, 'utf8').matchAll(reexported)) {
    const file = join(dirname(entry), from);
    const text = readFileSync(file, 'utf8');
    for (const name of namesIn(names)) {
      const doc = sentencesOf(text, name);
      if (doc === undefined) continue;
      const code = /@example\n```ts\n([\s\S]*?)```/.exec(doc)?.[1];
      if (code === undefined) bare.push(`${file}: ${name}`);
      else examples.push({ entry, name, file, code });
    }
  }
  return { examples, bare };
}

function namesIn(list: string): string[] {
  return list
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '' && !each.startsWith('type '))
    .map(each => each.split(' as ')[0]!);
}

// What stands above a function, without the stars; `undefined` of what is no function.
function sentencesOf(text: string, name: string): string | undefined {
  const declared = new RegExp(String.raw`^export (?:async )?function\*? ${name}\b`, 'm').exec(text);
  if (!declared) return undefined;
  const above = text.slice(0, declared.index).trimEnd();
  if (!above.endsWith('*/')) return '';
  return above.slice(above.lastIndexOf('/**')).replace(/^ \* ?/gm, '');
}

/** Writes the examples of all entries, and returns the functions that have none. */
export function writeExamples(): readonly string[] {
  const shown = shownEntries.map(examplesOf);
  writeFileSync(examplesPath, examplesModule(shown.flatMap(({ examples }) => examples)));
  return shown.flatMap(({ bare }) => bare);
}

/** The entries whose functions are shown by examples. */
export const shownEntries = [
  'src/index.ts',
  'src/entries/solve.ts',
  'src/entries/eval.ts',
  'src/entries/runs.ts',
  'src/entries/backends.ts',
  'src/entries/config.ts',
];

/** Where the examples stand as code, for the compiler alone. */
export const examplesPath = 'tools/shown-examples.ts';

// What an example may speak of without saying how it came about.
const given = `declare const local: LanguageModel;
declare const cloud: LanguageModel;
declare const wrapped: LanguageModel;
declare const support: LanguageModel;
declare const platform: LanguageModel;
declare const answer: Answer;
declare const call: Call;
declare const text: string;
declare const bytes: Uint8Array;
declare const ask: Ask;
declare const config: Config;
declare const log: OutcomeLog;
declare const rows: readonly OutcomeRow[];
declare const embeddingModel: Parameters<typeof embedderOf>[0];
declare const table: DocumentTable;
declare const known: KnownNames;
declare const resolver: Parameters<typeof resolveConfig>[1];
declare const facts: Parameters<typeof configJsonSchema>[0];`;
const types = {
  tandem: ['Answer', 'Ask', 'Call', 'Config', 'LanguageModel'],
  'tandem/eval': ['OutcomeLog', 'OutcomeRow'],
  'tandem/runs': ['DocumentTable'],
  'tandem/config': ['KnownNames'],
};

/** Writes examples as one module: a function for each, in which all public names are known. */
export function examplesModule(examples: readonly DocExample[]): string {
  const known = publicNames().filter(({ isType }) => !isType);
  const code = examples.map(({ code }) => code).join('\n');
  const seen = new Set<string>();
  const imports = known.flatMap(({ entry, name }) => {
    const isUsed = new RegExp(String.raw`\b${name}\b`).test(code) && !seen.has(name);
    seen.add(name);
    return isUsed ? [`import { ${name} } from '${entry}';`] : [];
  });
  return [
    '// Written by tools/write-examples.ts from the sentences of public functions.',
    "import * as z from 'zod';",
    ...Object.entries(types).map(
      ([entry, names]) => `import type { ${names.join(', ')} } from '${entry}';`,
    ),
    ...imports,
    given,
    ...examples.map(shownFunction),
    '',
  ].join('\n');
}

function shownFunction({ entry, name, code }: DocExample): string {
  const own = `${name}In${entry.replace(/^.*\/|\.ts$/g, '')}`;
  return `export async function ${own}() {\n${code.replace(/^export default /m, 'return ')}}`;
}
