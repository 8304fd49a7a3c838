import { spawnSync } from 'node:child_process';
import { installApart } from '../install-apart.ts';

/**
 * `npm run frameworks`: frameworks of others that ask the gateway as their model's server.
 * `skipped: why` where the packages cannot be fetched.
 */
const home = installApart('frameworks', 'the frameworks');
if (home !== undefined) {
  const args = ['--no-install', 'vitest', 'run', '--config', `${home}/vitest.config.ts`];
  process.exitCode = spawnSync('npx', args, { stdio: 'inherit' }).status ?? 1;
}
