import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const unreachable =
  /E(NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT|NETUNREACH|HOSTUNREACH)|network/;

/**
 * Installs what stands in the package.json of a folder under `tools`, which only one stage needs,
 * unless it is there, and returns the folder. Where the registry cannot be reached, prints
 * `skipped: why` and returns nothing; other failures end the process with 1.
 */
export function installApart(name: string, what: string): string | undefined {
  const home = resolve('tools', name);
  if (isInstalled(home)) return home;
  const args = ['ci', '--prefix', home, '--no-audit', '--no-fund'];
  const { status, stderr } = spawnSync('npm', args, { encoding: 'utf8' });
  if (status === 0) return home;
  const why = unreachable.exec(stderr)?.[0];
  if (why !== undefined) {
    console.log(`skipped: ${what} cannot be fetched, the registry is not reachable (${why})`);
    return undefined;
  }
  console.error(stderr);
  process.exit(1);
}

// The list that npm leaves is written after the lock file that it follows.
function isInstalled(home: string): boolean {
  const listed = join(home, 'node_modules/.package-lock.json');
  const changedAt = statSync(join(home, 'package-lock.json')).mtimeMs;
  return existsSync(listed) && statSync(listed).mtimeMs >= changedAt;
}
