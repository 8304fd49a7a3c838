import type { Proof } from './journal.ts';
import { proveBatchCuts } from './machines/batch-cuts.ts';
import { proveColdReads } from './machines/cold-reads.ts';
import { proveLineRateAlone, proveLinesAlone, proveOnPostgres } from './machines/on-postgres.ts';
import { provePool } from './machines/pool.ts';

/** One part of the proof: a share of its work, from 0 to 1, by a seeded source of chance. */
type Part = (share: number, random: () => number) => Promise<Proof>;

interface Asked {
  /** Name of the only part. Default: all of them. */
  readonly part?: string | undefined;
  /** Lines of the batch on documents, which is left out of a tenth. Default: 30,000. */
  readonly lines?: number | undefined;
}

function partsOf(lines: number): Readonly<Record<string, Part>> {
  return {
    pool: provePool,
    cold: proveColdReads,
    batch: proveBatchCuts,
    postgres: proveOnPostgres,
    rate: proveLineRateAlone,
    lines: () => proveLinesAlone(lines),
  };
}

/** Several machines do the work of one: nothing is lost or paid twice, and none stands idle. */
export async function proveMachines(
  share: number,
  random: () => number,
  { part: only, lines }: Asked,
): Promise<Proof> {
  const parts = partsOf(lines ?? 30_000);
  const names = Object.keys(parts).filter(name => share >= 1 || name !== 'lines');
  const chosen = only === undefined ? names : [only];
  const proofs: Proof[] = [];
  for (const name of chosen) {
    const part = parts[name];
    if (!part)
      throw new Error(`There is no part "${name}". Known: ${Object.keys(parts).join(', ')}.`);
    proofs.push(await part(share, random));
  }
  return {
    says: proofs.flatMap(({ says }) => says),
    problems: proofs.flatMap(({ problems }) => problems),
  };
}
