import { installPostgres } from '../../postgres/install.ts';
import { type OwnPostgres, startPostgres } from '../../postgres/server.ts';
import type { Proof } from '../journal.ts';
import { dropStores } from '../owner-cuts.ts';
import { proveKills } from '../owner-kills.ts';
import { proveRefusals } from '../owner-refusals.ts';
import { proveSpending } from '../owner-spending.ts';
import { proveStops } from '../owner-stops.ts';
import { proveChaos } from './chaos.ts';
import { proveLineRate } from './line-rate.ts';
import { proveLines } from './lines.ts';
import { proveLongLedger } from './long-ledger.ts';
import { proveLongRun } from './long-run.ts';
import { proveRates } from './rates.ts';
import { proveReplicas } from './replicas.ts';
import { proveSilentCuts } from './silent-cuts.ts';
import { proveWorkerKills } from './worker-kills.ts';

/**
 * Several processes share a Postgres: a run has one owner at a time, whoever is killed, stopped or
 * cut off, and a budget holds over all. On the Postgres of TANDEM_TEST_POSTGRES, or on one that is
 * started for it, as root installed from Debian first.
 */
export async function proveOnPostgres(share: number, random: () => number): Promise<Proof> {
  const given = process.env.TANDEM_TEST_POSTGRES;
  if (given === undefined && installPostgres() === undefined) {
    const why = 'there is no Postgres and nobody may install one';
    return { says: [`skipped: several processes on Postgres, ${why}`], problems: [] };
  }
  await using own = given === undefined ? await startPostgres() : undefined;
  const server = given ?? own!.url;
  const parts = [
    () => proveRefusals(Math.max(10, Math.round(20 * share)), server),
    () => proveLongRun(share, server),
    () => proveRates(share, server),
    () => proveLongLedger(share, server),
    () => proveKills({ times: share < 1 ? 2 : 40, random, server }),
    () => proveStops({ times: share < 1 ? 1 : 20, random, server }),
    () => proveSilentCuts(Math.max(1, Math.round(10 * share)), random, server),
    () => proveSpending(Math.round(1000 * share), server),
    // What a dead worker had is brought again after some ten seconds, however few the lines are.
    ...(share < 1 ? [] : [() => proveReplicas(server), () => proveWorkerKills(server, own)]),
  ];
  const proofs: Proof[] = [];
  try {
    for (const part of parts) proofs.push(await part());
  } finally {
    if (given !== undefined) await dropStores(given);
  }
  return {
    says: proofs.flatMap(({ says }) => says).map(line => `Postgres: ${line}`),
    problems: proofs.flatMap(({ problems }) => problems).map(line => `Postgres: ${line}`),
  };
}

/** So many lines of a batch, on a Postgres that is started for them. */
export async function proveLinesAlone(lines: number): Promise<Proof> {
  return (await onOwn(postgres => proveLines(lines, postgres))) ?? skipped;
}

/** Many short lines of a batch, on a Postgres that is started for them. */
export async function proveLineRateAlone(share: number): Promise<Proof> {
  return (await onOwn(postgres => proveLineRate(share, postgres))) ?? skipped;
}

/** Chaos for so many minutes, on a Postgres that is started for it and may be killed. */
export async function proveChaosAlone(minutes: number, random: () => number): Promise<Proof> {
  const proof = await onOwn(postgres =>
    proveChaos(minutes, random, { server: postgres.url, postgres }),
  );
  return proof ?? skipped;
}

const skipped = { says: ['skipped: there is no Postgres to start'], problems: [] };

async function onOwn<Result>(
  work: (postgres: OwnPostgres) => Promise<Result>,
): Promise<Result | undefined> {
  if (installPostgres() === undefined) return undefined;
  await using postgres = (await startPostgres())!;
  // Awaited, so that it is not ended before.
  return await work(postgres);
}
