import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Figure, Measured } from './figures.ts';
import { knownFiles, type ModelFile } from './model-files.ts';
import type { Runtime } from './servers.ts';

/** What a run of the suite ended in. */
export interface Evidence {
  readonly files: readonly ModelFile[];
  readonly runtimes: readonly Runtime[];
  readonly results: Readonly<Record<string, Measured>>;
}

/**
 * Writes the figures of the parts that ran into a document; those of other parts stay as they are.
 */
export function writeEvidence(path: string, evidence: Evidence): void {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const sections = new Map(sectionsOf(before));
  for (const [name, measured] of Object.entries(evidence.results))
    sections.set(name, section(evidence, measured));
  const parts = [...sections].map(([name, text]) => `## ${name}\n\n${text.trim()}\n`);
  writeFileSync(path, [opening(), ...parts].join('\n'));
}

function sectionsOf(text: string): [name: string, text: string][] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((part): [string, string] => {
      const end = part.indexOf('\n');
      return [part.slice(0, end).trim(), part.slice(end + 1)];
    })
    .filter(([name]) => name !== 'Models');
}

function opening(): string {
  const rows = knownFiles.map(({ name, file, sha256, license, origin }) => [
    `[${name}](${origin})`,
    `\`${file}\``,
    license,
    `\`${sha256}\``,
  ]);
  return [
    '# Evidence: real small models, real servers',
    '',
    '`npm run real -- DIR --evidence docs/evidence.md` writes this page from a folder of GGUF ' +
      'files. Everything is asked at temperature 0 unless the product itself asks otherwise; ' +
      'intervals are 95 %. The largest model plays the cloud: these are figures of a pair of ' +
      'toys, and not figures of phi-4-mini and gpt-4.1.',
    '',
    '## Models',
    '',
    table(['model', 'file', 'licence', 'SHA-256'], rows),
    '',
  ].join('\n');
}

function section({ files, runtimes }: Evidence, { figures, skipped }: Measured): string {
  const listed = (each: readonly { readonly name: string }[]) =>
    each.map(({ name }) => name).join(', ');
  const by = `By ${listed(runtimes)}; ${listed(files)}.`;
  const rows = figures.map(row);
  const left = skipped.map(why => `- skipped: ${why}`);
  const heads = ['figure', 'value', 'n', '95 %', 'compared with', 'wanted'];
  return [by, '', ...(rows.length > 0 ? [table(heads, rows), ''] : []), ...left].join('\n');
}

function row({ what, value, n, interval = '', baseline = '', wanted }: Figure): string[] {
  const verdict = wanted ? `${wanted.says}: ${wanted.holds ? 'yes' : '**no**'}` : '';
  return [what, value, n > 0 ? String(n) : '', interval, baseline, verdict];
}

// In columns, as the formatter of this project wants them.
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [heads, ...rows].map(each => each.map(cell => cell.replaceAll('|', '\\|')));
  const widths = heads.map((_, at) => Math.max(3, ...cells.map(each => (each[at] ?? '').length)));
  const line = (each: readonly string[], fill = ' ') =>
    `| ${widths.map((width, at) => (each[at] ?? '').padEnd(width, fill)).join(' | ')} |`;
  const [first = [], ...others] = cells.map(each => line(each));
  return [first, line([], '-'), ...others].join('\n');
}
