import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';

/**
 * Runs every example, and of every job a session and its eval; each must end by itself with exit
 * code 0. A job takes at most half a minute on a quiet machine; its limit leaves room for others.
 */
const single = globSync('examples/{*,patterns/*}.ts').map(path => ({
  command: [path],
  seconds: 60,
}));
const jobs = globSync('examples/*/eval.ts').flatMap(path => [
  { command: [path.replace('eval.ts', 'main.ts'), '--play'], seconds: 60 },
  { command: [path], seconds: 60 },
]);
const all = [...single, ...jobs].sort((a, b) => (a.command[0]! < b.command[0]! ? -1 : 1));
let failed = 0;
for (const { command, seconds } of all) {
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    encoding: 'utf8',
    timeout: seconds * 1000,
  });
  const took = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${command.join(' ')}  ${took} s`);
  if (status === 0) continue;
  failed++;
  console.log(stdout, stderr);
}
console.log(`${all.length - failed} of ${all.length} examples ran`);
process.exitCode = failed > 0 ? 1 : 0;
