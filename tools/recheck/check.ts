import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installApart } from '../install-apart.ts';
import { patternsIn, type SourcePattern } from './patterns.ts';

/**
 * `node tools/recheck/check.ts [--write] [--timeout-ms=N] [PART_OF_PATH]`: every regular expression
 * of src and apps is proved safe by recheck, or stands in `bounded.json` with the bound on its
 * input. Proofs take seconds: what was proved stands in `proved.json` by its hash, and only what is
 * in neither list is proved anew.
 */
const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean' }, 'timeout-ms': { type: 'string', default: '10000' } },
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

const listPath = join(home, 'proved.json');
const proved = new Set(JSON.parse(readFileSync(listPath, 'utf8')) as string[]);
/** By hash: what bounds the input of an expression that is not proved, and where it stands. */
const bounded = JSON.parse(readFileSync(join(home, 'bounded.json'), 'utf8')) as Record<
  string,
  { readonly source: string; readonly bound: string }
>;
const files = globSync('{src,apps}/**/*.ts').filter(
  file => !/\.test\.ts$|src\/testing\//.test(file),
);
const all = files.flatMap(file => patternsIn(readFileSync(file, 'utf8'), file, home));
const hashOf = ({ source, flags }: SourcePattern) =>
  createHash('sha256').update(`/${source}/${flags}`).digest('hex').slice(0, 16);
let bad = 0;
for (const pattern of all) {
  const hash = hashOf(pattern);
  if (proved.has(hash) || Object.hasOwn(bounded, hash)) continue;
  if (!positionals.every(part => pattern.at.includes(part))) continue;
  const { status, complexity, error } = checkSync(pattern.source, pattern.flags, {
    timeout: Number(asked['timeout-ms']),
  });
  if (status === 'safe') {
    proved.add(hash);
    if (asked.write) write();
    continue;
  }
  bad++;
  const why = complexity?.summary ?? error?.kind ?? '';
  console.error(`${status} ${why}  ${hash}  ${pattern.at}  /${pattern.source.slice(0, 200)}/`);
}
const used = new Set(all.map(hashOf));
const stale = Object.keys(bounded).filter(hash => !used.has(hash));
for (const hash of stale) console.error(`not used any more: ${hash} ${bounded[hash]?.source}`);
const listed = Object.keys(bounded).length;
const counts = `${all.length} regular expressions, ${listed} bounded by their input`;
console.log(`${counts}, ${bad} neither proved safe nor bounded`);
process.exitCode = bad + stale.length === 0 ? 0 : 1;

// What was proved so far stays proved where the rest is cut short.
function write(): void {
  const known = new Set(all.map(hashOf));
  const list = [...proved].filter(hash => known.has(hash)).sort();
  writeFileSync(listPath, `${JSON.stringify(list, undefined, 2)}\n`);
}
