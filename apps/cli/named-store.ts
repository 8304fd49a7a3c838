import type { AnyConfig } from '../../src/entries/config.ts';
import { defaultJournalPath, storeWithin } from '../../src/entries/runs.ts';
import type { Invocation } from './command.ts';

/** The store that a flag or the environment names; absent where neither does. */
export function storeGiven({ options, env }: Invocation): string | undefined {
  return (options.journal as string | undefined) ?? env.TANDEM_JOURNAL ?? env.TANDEM_STORE;
}

/** Where runs are kept: as a flag, the environment or the configuration says, or the default. */
export function namedStore(invocation: Invocation, { journal, store }: AnyConfig = {}): string {
  const named = storeGiven(invocation) ?? journal?.path ?? store ?? defaultJournalPath;
  return storeWithin(invocation.folder, named);
}

/** Where a server keeps what is not of runs, if anything but its own setting says so. */
export function stateGiven(
  { env }: Invocation,
  { gateway, store }: AnyConfig = {},
): string | undefined {
  return gateway?.state === undefined ? (env.TANDEM_STORE ?? store) : undefined;
}
