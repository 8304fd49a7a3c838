import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SourceModel } from '../src/backends/prices/price-source.ts';
import { rowsByVendor } from '../src/backends/prices/read-catalogue.ts';

/**
 * `node tools/write-catalogue.ts FOLDER DAY`: writes `src/model/leaf/cost/catalogue.json` from an
 * unpacked package `@pydantic/genai-prices` (`npm pack` fetches it) and the day on which that
 * version was published (`npm view @pydantic/genai-prices time`).
 */
const [folder, asOf = ''] = process.argv.slice(2);
if (folder === undefined || !/^\d{4}-\d\d-\d\d$/.test(asOf)) {
  console.error('Give the folder of the unpacked package, and the day of its version: 2026-09-23.');
  process.exit(2);
}
const most = 120_000;
const { name, version, license } = JSON.parse(
  readFileSync(join(folder, 'package.json'), 'utf8'),
) as Record<string, string>;

interface SourcePackage {
  findProvider(options: { readonly providerId: string }): { models: SourceModel[] } | undefined;
}

const { findProvider } = (await import(
  pathToFileURL(resolve(folder, 'dist/index.js')).href
)) as SourcePackage;

const rows = rowsByVendor(id => findProvider({ providerId: id })?.models, asOf);
const lists = Object.entries(rows).map(([id, models]) => {
  if (models.length === 0) throw new Error(`The package lists no models of "${id}".`);
  const lines = models.map(each => `      ${JSON.stringify(each)}`);
  return `    ${JSON.stringify(id)}: [\n${lines.join(',\n')}\n    ]`;
});
const text = `{
  "source": ${JSON.stringify(`${name} ${version} (${license})`)},
  "asOf": ${JSON.stringify(asOf)},
  "models": {
${lists.join(',\n')}
  }
}
`;
if (text.length > most) throw new Error(`The catalogue has ${text.length} bytes, at most ${most}.`);
writeFileSync('src/model/leaf/cost/catalogue.json', text);
console.log(`${text.split('\n').length} lines, ${text.length} bytes`);
