import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installApart } from '../install-apart.ts';
import { patternsIn, type SourcePattern } from './patterns.ts';

/**
 * `node tools/recheck/check.ts [--write] [PART_OF_PATH]`: every regular expression of src and apps
 * is safe by recheck, which proves it. Proofs take seconds: what was proved stands in
 * `proved.json` by its hash, and only what is not there is proved anew.
 */
process.env.RECHECK_BACKEND = 'pure';
const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean' }, 'timeout-ms': { type: 'string', default: '20000' } },
});
const home = installApart('recheck', 'recheck');
if (home === undefined) process.exit(0);
const { checkSync } = createRequire(`${home}/`)('recheck') as {
  checkSync(source: string, flags: string, options: object): { status: string; error?: unknown };
};
const listPath = join(home, 'proved.json');
const proved = new Set<string>(JSON.parse(readFileSync(listPath, 'utf8')) as string[]);
const files = globSync('{src,apps}/**/*.ts').filter(
  file => !/\.test\.ts$|src\/testing\//.test(file),
);
const all = files.flatMap(file => patternsIn(readFileSync(file, 'utf8'), file, home));
const hashOf = ({ source, flags }: SourcePattern) =>
  createHash('sha256').update(`/${source}/${flags}`).digest('hex').slice(0, 16);
const bad: string[] = [];
for (const pattern of all) {
  if (proved.has(hashOf(pattern)) || !positionals.every(part => pattern.at.includes(part)))
    continue;
  const { status } = checkSync(pattern.source, pattern.flags, {
    timeout: Number(asked['timeout-ms']),
  });
  if (status === 'safe') {
    proved.add(hashOf(pattern));
    if (asked.write) write();
  } else bad.push(`${status}  ${pattern.at}  /${pattern.source.slice(0, 120)}/${pattern.flags}`);
}
for (const line of bad) console.error(line);
console.log(`${all.length} regular expressions, ${bad.length} not proved safe`);
process.exitCode = bad.length === 0 ? 0 : 1;

// What was proved so far stays proved where the rest is cut short.
function write(): void {
  const used = new Set(all.map(hashOf));
  const list = [...proved].filter(hash => used.has(hash)).sort();
  writeFileSync(listPath, `${JSON.stringify(list, undefined, 2)}\n`);
}
