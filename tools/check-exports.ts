import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { publint } from 'publint';

/** Checks the built package as a user gets it: publint's rules, every export resolving, every public name documented. */
const problems: string[] = [];
if (!existsSync('dist/index.js')) {
  console.error('There is no build in dist/. Run `npm run build` first.');
  process.exit(2);
}

const { messages } = await publint({ pkgDir: process.cwd(), level: 'warning', strict: true });
for (const message of messages) problems.push(`publint: ${message.code} ${JSON.stringify(message.args)}`);

const attw = execFileSync('npx', ['attw', '--pack', '.', '--profile', 'esm-only', '--format', 'json'], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
});
const { analysis } = JSON.parse(attw.slice(attw.indexOf('{'))) as { analysis: { problems: { kind: string }[] } };
// A package of ESM alone is meant not to resolve for CommonJS.
const meant = new Set(['CJSResolvesToESM', 'NoResolution']);
for (const { kind } of analysis.problems) if (!meant.has(kind)) problems.push(`attw: ${kind}`);

for (const name of ['tandem', 'tandem/testing']) {
  const module = (await import(name)) as Record<string, unknown>;
  if (Object.keys(module).length === 0) problems.push(`${name} exports nothing`);
  if ('default' in module) problems.push(`${name} has a default export`);
}

for (const entry of ['src/index.ts', 'src/testing/index.ts']) problems.push(...undocumented(entry));

for (const problem of problems) console.error(problem);
console.log(`exports: ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;

/** Names exported by an entry whose declaration has no docstring. */
function undocumented(entry: string): string[] {
  const text = readFileSync(entry, 'utf8');
  const found: string[] = [];
  for (const [, names = '', from = ''] of text.matchAll(/export (?:type )?\{([^}]+)\} from '([^']+)'/g)) {
    const source = readFileSync(new URL(from, new URL(entry, `file://${process.cwd()}/`)), 'utf8');
    for (const part of names.split(',')) {
      const name = part
        .trim()
        .replace(/^type /, '')
        .split(' as ')[0]!;
      if (name === '' || from.endsWith('/types.ts')) continue;
      const declared = new RegExp(
        `(\\*/\\n)?export (?:async )?(?:const|function|interface|type|class) ${name}\\b`,
      ).exec(source);
      if (!declared) found.push(`${from}: ${name} is not declared there`);
      else if (!declared[1]) found.push(`${from}: ${name} has no docstring`);
    }
  }
  return found;
}
