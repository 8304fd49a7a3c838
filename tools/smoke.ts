import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPacked } from './packed.ts';

/**
 * Installs the packed package and uses it as a newcomer would, on the Node given (default: this
 * one).
 */
const node = process.argv[2] ?? process.execPath;
const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
const folder = installPacked();
const bin = join(folder, 'node_modules/tandem/bin/tandem.mjs');
writeFileSync(
  join(folder, 'handbook.txt'),
  'Every employee has 28 days of leave.\nThe office opens at eight.\n',
);
writeFileSync(
  join(folder, 'library.mjs'),
  `import { cascade, extractive, notConfigured, textOf, userCall } from 'tandem';
import { scriptedModel } from 'tandem/testing';
const local = scriptedModel(['Paris', 'Paris', 'Paris']);
const asked = userCall('Capital of France?');
const answer = await cascade({ local, cloud: notConfigured() }).doGenerate(asked);
const { place } = answer.providerMetadata.tandem;
if (textOf(answer) !== 'Paris' || place !== 'device') process.exit(1);
extractive();
`,
);

interface Step {
  readonly what: string;
  readonly args: readonly string[];
  readonly status: number;
  readonly holds: (stdout: string, stderr: string) => boolean;
}

const leave = 'How many days of leave has an employee?';
const steps: readonly Step[] = [
  { what: 'the library and its testing part', args: ['library.mjs'], status: 0, holds: () => true },
  {
    what: 'tandem --help',
    args: [bin, '--help'],
    status: 0,
    holds: out => out.includes('Commands'),
  },
  {
    what: 'tandem --version',
    args: [bin, '--version'],
    status: 0,
    holds: out => /^\d+\.\d+\.\d+\n$/.test(out),
  },
  {
    what: 'tandem ask --doc',
    args: [bin, 'ask', leave, '--doc', 'handbook.txt'],
    status: 0,
    holds: out => out.includes('28 days'),
  },
  {
    what: 'tandem ask --json',
    args: [bin, 'ask', leave, '--doc', 'handbook.txt', '--json'],
    status: 0,
    holds: (out, err) => JSON.parse(out).citations.length > 0 && err === '',
  },
  {
    what: 'tandem models --json',
    args: [bin, 'models', '--json'],
    status: 0,
    holds: out => JSON.parse(out).setup === 'no model',
  },
  {
    what: 'a toy model from the package',
    args: [bin, 'demo', 'router', '--json'],
    status: 0,
    holds: out => JSON.parse(out).sections[0].ok,
  },
  {
    what: 'a missing file is an error',
    args: [bin, 'ask', 'x', '--doc', 'no.txt'],
    status: 1,
    holds: (_, err) => err.includes('no.txt'),
  },
  {
    what: 'a wrong option is wrong use',
    args: [bin, 'ask', 'x', '--dco', 'a'],
    status: 2,
    holds: (_, err) => err.includes('Did you mean "--doc"?'),
  },
];

let failed = 0;
for (const { what, args, status, holds } of steps) {
  const env = { PATH: process.env.PATH ?? '', HOME: folder };
  const result = spawnSync(node, args, { cwd: folder, encoding: 'utf8', env, timeout: 60_000 });
  const isRight = result.status === status && holds(result.stdout, result.stderr);
  console.log(`${isRight ? 'ok    ' : 'FAILED'}  ${what}`);
  if (isRight) continue;
  failed++;
  console.log(`exit ${result.status}, expected ${status}\n${result.stdout}${result.stderr}`);
}
rmSync(folder, { recursive: true, force: true });
console.log(`smoke on Node ${version}: ${steps.length - failed} of ${steps.length} steps right`);
process.exitCode = failed > 0 ? 1 : 0;
