import { spawnSync } from 'node:child_process';
import { installNginx, installPostgres } from './install.ts';
import { startBouncer, startPostgres } from './server.ts';

/**
 * `npm run postgres`: the tests of the store on Postgres, straight and behind pgbouncer in
 * transaction mode, which passes on neither session locks nor prepared statements. On the Postgres
 * of TANDEM_TEST_POSTGRES, or on one that is started for it, as root installed from Debian first;
 * `skipped: why` where there is neither.
 */
const given = process.env.TANDEM_TEST_POSTGRES;
if (given === undefined && installPostgres() === undefined) {
  console.log('skipped: the store on Postgres, there is no Postgres and nobody may install one');
} else {
  await using own = given === undefined ? await startPostgres() : undefined;
  const tests = [
    'src/runs/postgres',
    'apps/gateway/replicas.test.ts',
    'apps/gateway/workers',
    'apps/cli/workers',
  ];
  const nginx = installNginx();
  if (nginx) tests.push('apps/gateway/behind-nginx.test.ts');
  else console.log('skipped: gateways behind nginx, which is not there');
  let isGood = check(given ?? own!.url, tests, { ca: own?.ca, nginx });
  await using bouncer = own && (await startBouncer(own.port));
  if (bouncer) {
    const exam = ['postgres-store', 'boss/boss-queue'].map(
      name => `src/runs/postgres/${name}.test.ts`,
    );
    isGood = check(bouncer.url, exam, {}) && isGood;
  } else {
    console.log('skipped: the store behind pgbouncer, which is not there');
  }
  process.exitCode = isGood ? 0 : 1;
}

interface Beside {
  readonly ca?: string | undefined;
  readonly nginx?: string | undefined;
}

function check(server: string, tests: readonly string[], { ca, nginx }: Beside): boolean {
  const env = {
    ...process.env,
    TANDEM_TEST_POSTGRES: server,
    ...(ca !== undefined && { TANDEM_TEST_POSTGRES_CA: ca }),
    ...(nginx !== undefined && { TANDEM_TEST_NGINX: nginx }),
  };
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...tests];
  const { status } = spawnSync(process.execPath, args, { env, stdio: 'inherit' });
  return status === 0;
}
