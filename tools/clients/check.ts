import { spawnSync } from 'node:child_process';
import { installApart } from '../install-apart.ts';

/**
 * `npm run clients`: the clients of others against the gateway, and Entra ID by its own package.
 * `skipped: why` where the packages cannot be fetched.
 */
const home = installApart('clients', 'the clients');
if (home === undefined) process.exit(0);
const commands = [
  ['tsc', '-p', home],
  ['vitest', 'run', '--config', `${home}/vitest.config.ts`],
];
for (const [command = '', ...args] of commands) {
  const { status } = spawnSync('npx', ['--no-install', command, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
