import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeExamples } from './docs/examples.ts';
import { newName } from './new-name.ts';
import { patternFiles, withExport, withRow } from './pattern-template.ts';
import { writeAllNames } from './public-names.ts';

/**
 * `npm run new-pattern NAME`: a folder with a pattern that passes the exam, and its lines in
 * src/registry/patterns.ts and src/index.ts; the list of all names and the examples follow.
 */
const name = newName('new-pattern', 'debate');
const folder = `src/patterns/${name}`;
if (existsSync(folder)) {
  console.error(`${folder} is there already. Choose another name.`);
  process.exit(1);
}
mkdirSync(folder, { recursive: true });
for (const [file, text] of Object.entries(patternFiles(name)))
  writeFileSync(`${folder}/${file}`, text);
for (const [file, added] of [
  ['src/registry/patterns.ts', withRow],
  ['src/index.ts', withExport],
] as const) {
  writeFileSync(file, added(readFileSync(file, 'utf8'), name));
  execFileSync('npx', ['biome', 'check', '--write', folder, file], { stdio: 'ignore' });
}
writeAllNames();
writeExamples();
console.log(
  `Wrote ${folder} and its lines in src/registry and src/index.ts. Now: npx vitest run ${folder}`,
);
