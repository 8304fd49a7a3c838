import type { Proof } from './journal.ts';
import { proveBatchCuts } from './machines/batch-cuts.ts';
import { proveColdReads } from './machines/cold-reads.ts';
import { proveOnPostgres } from './machines/on-postgres.ts';
import { provePool } from './machines/pool.ts';

/** One part of the proof: a share of its work, from 0 to 1, by a seeded source of chance. */
type Part = (share: number, random: () => number) => Promise<Proof>;

const parts: readonly Part[] = [provePool, proveColdReads, proveBatchCuts, proveOnPostgres];

/** Several machines do the work of one: nothing is lost or paid twice, and none stands idle. */
export async function proveMachines(share: number, random: () => number): Promise<Proof> {
  const proofs: Proof[] = [];
  for (const part of parts) proofs.push(await part(share, random));
  return {
    says: proofs.flatMap(({ says }) => says),
    problems: proofs.flatMap(({ problems }) => problems),
  };
}
