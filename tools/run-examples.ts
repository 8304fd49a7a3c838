import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';

/** Runs every example; each must end by itself with exit code 0. */
const examples = globSync('examples/{*,patterns/*}.ts').sort();
let failed = 0;
for (const example of examples) {
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [example], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${example}  ${seconds} s`);
  if (status === 0) continue;
  failed++;
  console.log(stdout, stderr);
}
console.log(`${examples.length - failed} of ${examples.length} examples ran`);
process.exitCode = failed > 0 ? 1 : 0;
