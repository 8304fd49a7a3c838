import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { gateFiles, withGate } from './gate-template.ts';
import { newName } from './new-name.ts';

/** `npm run new-gate NAME`: a gate with its test, and its row in the table of gates. */
const name = newName('new-gate', 'hedging');
const cascade = 'src/patterns/cascade';
const table = `${cascade}/gate-by-name.ts`;
const file = `${cascade}/gates/${name}.ts`;
if (existsSync(file)) {
  console.error(`${file} is there already. Choose another name.`);
  process.exit(1);
}
const written = Object.entries(gateFiles(name)).map(([each, text]) => {
  writeFileSync(`${cascade}/gates/${each}`, text);
  return `${cascade}/gates/${each}`;
});
writeFileSync(table, withGate(readFileSync(table, 'utf8'), name));
execFileSync('npx', ['biome', 'check', '--write', ...written, table], { stdio: 'ignore' });
console.log(
  `Wrote ${file} and its row in ${table}. Now: npx vitest run ${cascade}/gates/${name}.test.ts`,
);
