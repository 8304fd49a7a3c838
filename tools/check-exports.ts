import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { installApart } from './install-apart.ts';
import { movedNames } from './public-names.ts';

/**
 * Checks the built package as a user gets it: publint's rules, every export resolving, every public
 * name documented.
 */
const problems: string[] = [];
if (!existsSync('dist/index.js')) {
  console.error('There is no build in dist/. Run `npm run build` first.');
  process.exit(2);
}

const { messages } = await publint({ pkgDir: process.cwd(), level: 'warning', strict: true });
for (const message of messages)
  problems.push(`publint: ${message.code} ${JSON.stringify(message.args)}`);

const attwHome = installApart('exports', '@arethetypeswrong/cli');
if (attwHome !== undefined) problems.push(...resolvedWrongly(attwHome));

const { exports: subpaths } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Record<string, unknown>;
};
for (const subpath of Object.keys(subpaths)) {
  const name = `tandem${subpath.slice(1)}`;
  if (subpath.endsWith('.json')) {
    if (!existsSync(new URL(import.meta.resolve(name))))
      problems.push(`${name} does not resolve to a file`);
    continue;
  }
  const module: Record<string, unknown> | undefined = await import(name).catch((error: unknown) => {
    problems.push(`${name} does not load: ${String(error)}`);
    return undefined;
  });
  if (!module) continue;
  if (Object.keys(module).length === 0) problems.push(`${name} exports nothing`);
  if ('default' in module) problems.push(`${name} has a default export`);
}

for (const entry of Object.values(movedNames().entries).filter(path => path.startsWith('src/')))
  problems.push(...undocumentedHere(entry), ...undocumented(entry));

const told = sentencesOfKeys();
if (told.published < 0.8 * told.written)
  problems.push('The types are published without the sentences of schemas: see tools/build.');

for (const problem of problems) console.error(problem);
console.log(`exports: ${problems.length} problems`);
console.log(
  `${told.published} of ${told.written} sentences above keys of schemas stand in published types`,
);
process.exitCode = problems.length > 0 ? 1 : 0;

/**
 * Counts the sentences above keys in modules that make schemas, and those that the types say. Some
 * are of schemas that no public type comes from.
 */
function sentencesOfKeys() {
  const plain = (text: string) => text.replace(/[\s*]+/g, ' ').trim();
  const types = plain(globSync('dist/**/*.d.ts').map(textOf).join('\n'));
  const written = globSync('src/**/*.ts', { exclude: ['**/*.test.ts'] })
    .map(textOf)
    .filter(text => text.includes("from 'zod'"))
    .flatMap(text => [...text.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*\n\s*\w+[:,]/g)])
    .map(([, sentence = '']) => plain(sentence));
  const published = written.filter(sentence => types.includes(sentence));
  return { written: written.length, published: published.length };
}

function textOf(path: string): string {
  return readFileSync(path, 'utf8');
}

/** Names declared in an entry itself without a docstring. */
function undocumentedHere(entry: string): string[] {
  const declared = /^(.*\*\/\n)?export (?:const|function|interface|type|class) (\w+)/gm;
  return [...readFileSync(entry, 'utf8').matchAll(declared)]
    .filter(([, doc]) => doc === undefined)
    .map(([, , name]) => `${entry}: ${name} has no docstring`);
}

/** Names exported by an entry whose declaration has no docstring. */
function undocumented(entry: string): string[] {
  const text = readFileSync(entry, 'utf8');
  const found: string[] = [];
  for (const [, names = '', from = ''] of text.matchAll(
    /export (?:type )?\{([^}]+)\} from '([^']+)'/g,
  )) {
    const source = readFileSync(new URL(from, new URL(entry, `file://${process.cwd()}/`)), 'utf8');
    for (const part of names.split(',')) {
      const name = part
        .trim()
        .replace(/^type /, '')
        .split(' as ')[0]!;
      if (name === '' || from.endsWith('/types.ts')) continue;
      const declared = new RegExp(
        `(\\*/\\n)?export (?:async )?(?:const|function\\*?|interface|type|class) ${name}\\b`,
      ).exec(source);
      if (!declared) found.push(`${from}: ${name} is not declared there`);
      else if (!declared[1]) found.push(`${from}: ${name} has no docstring`);
    }
  }
  return found;
}

/** What attw finds: how others resolve the package and its types. */
function resolvedWrongly(home: string): string[] {
  // attw ends with 1 where it finds anything; what it found is in its output.
  const attw = spawnSync(
    join(home, 'node_modules/.bin/attw'),
    ['--pack', '.', '--profile', 'esm-only', '--format', 'json'],
    { encoding: 'utf8' },
  );
  if (!attw.stdout.includes('{')) {
    return [`attw said nothing (exit ${attw.status}): ${attw.stderr.slice(-500)}`];
  }
  const { analysis } = JSON.parse(attw.stdout.slice(attw.stdout.indexOf('{'))) as {
    analysis: { problems: { kind: string; entrypoint?: string; resolutionKind?: string }[] };
  };
  // A package of ESM alone is meant not to resolve for CommonJS; for ESM and bundlers it must.
  return analysis.problems
    .filter(({ resolutionKind }) => !['node10', 'node16-cjs'].includes(resolutionKind ?? ''))
    .map(
      ({ kind, entrypoint = '', resolutionKind = '' }) =>
        `attw: ${kind} ${entrypoint} ${resolutionKind}`,
    );
}
