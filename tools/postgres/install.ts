import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, writeFileSync } from 'node:fs';

/** Where the programs of the newest Postgres are; undefined where there is none. */
export function postgresFolder(): string | undefined {
  const found = globSync('/usr/lib/postgresql/*/bin').toSorted((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  return found.at(-1);
}

/** Installs Debian's Postgres and pgbouncer as root, without a cluster of its own. */
export function installPostgres(): string | undefined {
  const found = postgresFolder();
  if (found !== undefined) return found;
  if (!mayInstall()) return undefined;
  mkdirSync('/etc/postgresql-common', { recursive: true });
  writeFileSync('/etc/postgresql-common/createcluster.conf', 'create_main_cluster = false\n');
  install('postgresql', 'pgbouncer');
  return postgresFolder();
}

/** Installs Debian's nginx as root; says where it is. */
export function installNginx(): string | undefined {
  const path = '/usr/sbin/nginx';
  if (!existsSync(path) && mayInstall()) install('nginx-light');
  return existsSync(path) ? path : undefined;
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
}

function install(...packages: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]) => spawnSync('apt-get', args, { env, stdio: 'ignore' }).status;
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', ...packages);
}
