import { costOf, priceOf } from '../../../src/entries/backends.ts';
import { leavesOf, memorySink } from '../../../src/entries/runs.ts';
import { run } from '../../../src/index.ts';
import type { Section } from './section.ts';

const pricedAs = 'gpt-4.1';

/**
 * Runs work and adds up what its calls of one role were given: what would leave the machine if that
 * role were played by a cloud model.
 */
export async function releasedTo<T>(
  role: string,
  work: () => Promise<T>,
): Promise<{ result: T; released: Section['wouldGo'] }> {
  const sink = memorySink();
  const result = await run({ sink }, work);
  const leaves = sink.runs
    .flatMap(({ root }) => leavesOf(root))
    .filter(({ name }) => name === role);
  const tokens = leaves.reduce((sum, { characters }) => sum + Math.ceil(characters / 4), 0);
  const costUsd = costOf({ input: tokens, cachedInput: 0, output: 0 }, priceOf(pricedAs));
  return { result, released: { items: leaves.length, tokens, costUsd } };
}
