import { globSync, readFileSync } from 'node:fs';
import { checkStructure, countLong } from './structure-rules.ts';

const paths = globSync('{src,apps,bench,examples,evals,tools,bin}/**/*.{ts,mjs}').map(path =>
  path.replaceAll('\\', '/'),
);
const files = paths
  .filter(path => !path.includes('node_modules'))
  .map(path => ({ path, text: readFileSync(path, 'utf8') }));
const violations = checkStructure(files);
for (const { path, line, rule } of violations) console.error(`${path}:${line}  ${rule}`);
console.log(
  `structure: ${files.length} files, ${violations.length} broken rules, ${countLong(files)} files over 250 lines`,
);
process.exitCode = violations.length > 0 ? 1 : 0;
