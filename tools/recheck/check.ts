import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installApart } from '../install-apart.ts';
import { patternsIn, type SourcePattern } from './patterns.ts';

/**
 * `node tools/recheck/check.ts [--write] [--open] [--timeout-ms=N] [PART_OF_PATH]`: every regular
 * expression of src and apps is proved safe by recheck, or stands in `bounded.json` with the bound
 * on its input. Proofs take seconds: what was proved stands in `proved.json` by its hash. What was
 * there before this check and is not proved stands in `open.json`, which may only become shorter:
 * with `--open` its expressions are tried. Any other that is in no list is tried at once, and fails
 * where it is not proved.
 */
const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean' },
    open: { type: 'boolean' },
    'timeout-ms': { type: 'string', default: '10000' },
  },
});
const home = installApart('recheck', 'recheck');
if (home === undefined) process.exit(0);
const { checkSync } = createRequire(`${home}/`)('recheck') as {
  checkSync(source: string, flags: string, options: object): Checked;
};

interface Checked {
  readonly status: 'safe' | 'vulnerable' | 'unknown';
  readonly complexity?: { readonly summary?: string };
  readonly error?: { readonly kind?: string };
}

interface Listed {
  readonly source: string;
}

const listOf = (name: string) =>
  JSON.parse(readFileSync(join(home, name), 'utf8')) as Record<string, Listed>;
const proved = new Set(JSON.parse(readFileSync(join(home, 'proved.json'), 'utf8')) as string[]);
/** By hash: the source of an expression that is not proved, and what bounds its input. */
const bounded = listOf('bounded.json');
/** By hash: the source of an expression that was there before, and nobody has proved or bounded. */
const open = listOf('open.json');
const files = globSync('{src,apps}/**/*.ts').filter(
  file => !/\.test\.ts$|src\/testing\//.test(file),
);
const all = files.flatMap(file => patternsIn(readFileSync(file, 'utf8'), file, home));
const hashOf = ({ source, flags }: SourcePattern) =>
  createHash('sha256').update(`/${source}/${flags}`).digest('hex').slice(0, 16);
const byHash = new Map(all.map(pattern => [hashOf(pattern), pattern]));
let bad = 0;
for (const [hash, pattern] of byHash) {
  if (proved.has(hash) || Object.hasOwn(bounded, hash)) continue;
  const isOpen = Object.hasOwn(open, hash);
  if (isOpen && !asked.open) continue;
  if (!positionals.every(part => pattern.at.includes(part))) continue;
  const { status, complexity, error } = checkSync(pattern.source, pattern.flags, {
    timeout: Number(asked['timeout-ms']),
  });
  if (status === 'safe') {
    proved.add(hash);
    delete open[hash];
    if (asked.write) write();
    else console.log(`proved, and in no list yet (--write): ${hash} ${pattern.at}`);
    continue;
  }
  if (!isOpen) bad++;
  const why = complexity?.summary ?? error?.kind ?? '';
  console.error(`${status} ${why}  ${hash}  ${pattern.at}  /${pattern.source.slice(0, 200)}/`);
}
if (asked.write) write();
const stale = Object.entries({ ...bounded, ...open }).filter(([hash]) => !byHash.has(hash));
for (const [hash, { source }] of stale)
  console.error(`not used any more, take it out of its list: ${hash} ${source}`);
if (bad > 0) {
  console.error(
    'An expression whose time may grow faster than its text: write it anew, or say in ' +
      'bounded.json what bounds its input.',
  );
}
const counts = [
  `${byHash.size} regular expressions`,
  `${Object.keys(bounded).length} bounded by their input`,
  `${Object.keys(open).length} open`,
  `${bad} new and neither proved nor bounded`,
];
console.log(counts.join(', '));
process.exitCode = bad + stale.length === 0 ? 0 : 1;

// What was proved so far stays proved where the rest is cut short.
function write(): void {
  const list = [...proved].filter(hash => byHash.has(hash)).sort();
  save('proved.json', list);
  save('open.json', Object.fromEntries(Object.entries(open).filter(([hash]) => byHash.has(hash))));
}

function save(name: string, value: unknown): void {
  writeFileSync(join(home!, name), `${JSON.stringify(value, undefined, 2)}\n`);
}
