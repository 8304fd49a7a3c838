import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { newName } from './new-name.ts';
import { engineLine, storeFiles } from './store-template.ts';

/**
 * `npm run new-store NAME`: a folder with an engine that passes the exam, and its line in
 * src/runs/engines.ts.
 */
const name = newName('new-store', 'postgres');
const folder = `src/runs/${name}`;
const table = 'src/runs/engines.ts';
if (existsSync(folder)) {
  console.error(`${folder} is there already. Choose another name.`);
  process.exit(1);
}
mkdirSync(folder);
for (const [file, text] of Object.entries(storeFiles(name)))
  writeFileSync(`${folder}/${file}`, text);
appendFileSync(table, engineLine(name));
execFileSync('npx', ['biome', 'check', '--write', folder, table], { stdio: 'ignore' });
console.log(`Wrote ${folder} and its line in ${table}. Now: npx vitest run ${folder}`);
