import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';

/**
 * `node tools/import-time.ts`, after `npm run build`: processor time of a process that imports
 * `tandem` and nothing else, against one that imports `ai`, as medians of alternating starts. Ends
 * with 1 where the ratio is over `--at-most`, SQLite is loaded, or something is warned of.
 */
const { values: given } = parseArgs({
  options: {
    'at-most': { type: 'string', default: '1.15' },
    starts: { type: 'string', default: '20' },
  },
});
if (!existsSync('dist/index.js')) {
  console.error('There is no build in dist/. Run `npm run build` first.');
  process.exit(2);
}
const program = (name: string) =>
  `await import('${name}'); const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ ms: (user + system) / 1000,
  hasSqlite: process.moduleLoadList.includes('NativeModule sqlite') }));`;

const problems = new Set<string>();

/** Starts a process that imports a package, and returns its processor time in ms. */
function start(name: string): number {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program(name)],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`\`import '${name}'\` ended with ${status}: ${stderr}`);
  const { ms, hasSqlite } = JSON.parse(stdout) as { ms: number; hasSqlite: boolean };
  if (name === 'tandem' && hasSqlite) problems.add('it loads node:sqlite');
  if (name === 'tandem' && stderr !== '') problems.add(`it warns: ${stderr.trim()}`);
  return ms;
}

const timesByName = { ai: [] as number[], tandem: [] as number[] };
for (const name of ['ai', 'tandem']) start(name);
for (let round = 0; round < Number(given.starts); round++) {
  for (const name of ['ai', 'tandem'] as const) timesByName[name].push(start(name));
}
const [ai, tandem] = [median(timesByName.ai), median(timesByName.tandem)];
const ratio = tandem / ai;
if (ratio > Number(given['at-most'])) problems.add(`the ratio is over ${given['at-most']}`);
console.log(
  `import 'tandem' ${tandem.toFixed(0)} ms, import 'ai' ${ai.toFixed(0)} ms of processor time, ` +
    `ratio ${ratio.toFixed(2)} (medians of ${given.starts} starts, Node ${process.version})`,
);
for (const problem of problems) console.error(`MISSED  ${problem}`);
process.exitCode = problems.size > 0 ? 1 : 0;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
