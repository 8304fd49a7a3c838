import { globSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measure, shownMeasure } from './measures.ts';
import { checkStructure, countLong } from './structure-rules.ts';
import { missedBy, shown, walkAll } from './walk.ts';

/**
 * `npm run structure`: the rules of the house; with `-- --walk`, what a request enters; `--json`
 * prints either as JSON.
 */
const { values: asked } = parseArgs({
  options: { walk: { type: 'boolean' }, json: { type: 'boolean' } },
});
if (asked.walk) checkWalks();
else checkRules();

function checkRules(): void {
  const paths = globSync('{src,apps,bench,examples,evals,tools,bin}/**/*.{ts,tsx,mjs}').map(path =>
    path.replaceAll('\\', '/'),
  );
  const files = paths
    .filter(path => !path.includes('node_modules'))
    .map(path => ({ path, text: readFileSync(path, 'utf8') }));
  const violations = checkStructure(files);
  const measures = measure(files);
  const missed = measures.filter(({ value, atMost }) => value > atMost);
  const long = countLong(files);
  if (asked.json) console.log(JSON.stringify({ files: files.length, violations, measures, long }));
  else {
    for (const { path, line, rule } of violations) console.error(`${path}:${line}  ${rule}`);
    const broken = `${violations.length} broken rules, ${missed.length} missed measures`;
    console.log(`structure: ${files.length} files, ${broken}, ${long} files over 250 lines`);
    for (const each of measures) console.log(shownMeasure(each));
  }
  process.exitCode = violations.length + missed.length > 0 ? 1 : 0;
}

function checkWalks(): void {
  const walked = walkAll();
  const missed = missedBy(walked);
  if (asked.json) console.log(JSON.stringify({ walked, missed }));
  else {
    for (const each of walked) console.log(shown(each));
    for (const each of missed) console.error(`MISSED  ${each}`);
  }
  process.exitCode = missed.length > 0 ? 1 : 0;
}
