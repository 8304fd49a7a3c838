import { globSync, readFileSync } from 'node:fs';
import { adviceOn, checkStructure } from './structure-rules.ts';

const paths = globSync('{src,apps,bench,examples,evals,tools,bin}/**/*.{ts,mjs}').map(path =>
  path.replaceAll('\\', '/'),
);
const files = paths
  .filter(path => !path.includes('node_modules'))
  .map(path => ({ path, text: readFileSync(path, 'utf8') }));
const violations = checkStructure(files);
for (const { path, line, rule } of violations) console.error(`${path}:${line}  ${rule}`);
const { long, crowded } = adviceOn(files);
console.log(`structure: ${files.length} files, ${violations.length} broken rules`);
console.log(`advice: ${long} files over 250 lines, ${crowded} lines of src/index.ts with more than one name`);
process.exitCode = violations.length > 0 ? 1 : 0;
