import { spawnSync } from 'node:child_process';
import { installPostgres } from './install.ts';
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
  const tests = ['src/runs/postgres', 'apps/gateway/replicas.test.ts'];
  let isGood = check(given ?? own!.url, tests, own?.ca);
  await using bouncer = own && (await startBouncer(own.port));
  if (bouncer) {
    const exam = ['src/runs/postgres/postgres-store.test.ts'];
    isGood = check(bouncer.url, exam, undefined) && isGood;
  } else {
    console.log('skipped: the store behind pgbouncer, which is not there');
  }
  process.exitCode = isGood ? 0 : 1;
}

function check(server: string, tests: readonly string[], ca: string | undefined): boolean {
  const env = {
    ...process.env,
    TANDEM_TEST_POSTGRES: server,
    ...(ca !== undefined && { TANDEM_TEST_POSTGRES_CA: ca }),
  };
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...tests];
  const { status } = spawnSync(process.execPath, args, { env, stdio: 'inherit' });
  return status === 0;
}
