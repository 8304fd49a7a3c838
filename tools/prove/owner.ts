import type { Proof } from './journal.ts';
import { proveKills } from './owner-kills.ts';
import { proveRefusals } from './owner-refusals.ts';
import { proveSpending } from './owner-spending.ts';
import { proveStops } from './owner-stops.ts';

/**
 * Several processes want one run: it has one owner at a time, whoever is killed or stopped, at
 * whatever instant.
 */
export async function proveOwner(share: number, random: () => number): Promise<Proof> {
  const parts = [
    await proveRefusals(20),
    await proveKills({ times: Math.round(100 * share), random }),
    await proveStops({ times: Math.round(20 * share), random }),
    await proveSpending(Math.round(1000 * share)),
  ];
  return {
    says: parts.flatMap(({ says }) => says),
    problems: parts.flatMap(({ problems }) => problems),
  };
}
