import type { AnyConfig } from '../../src/entries/config.ts';
import {
  type DocumentStore,
  defaultJournalPath,
  type FileJournal,
  openDocumentStore,
  pruneOld,
} from '../../src/entries/runs.ts';
import { openJournal } from '../../src/index.ts';
import type { Invocation } from './command.ts';
import type { OptionTable } from './flags.ts';
import { namedStore } from './named-store.ts';
import { readConfig, readConfigIfSound } from './workspace.ts';

/** The option that names the journal, for every command that reads or writes it. */
export const journalOption: OptionTable = {
  journal: {
    type: 'string',
    value: 'STORE',
    help: `the journal: a file, or postgres://… (default: ${defaultJournalPath})`,
  },
};

/**
 * Opens the journal of a command and closes it when the work is done: the store of the flag, of
 * TANDEM_JOURNAL or TANDEM_STORE, of the configuration, or the default; with TANDEM_JOURNAL_KEY
 * what it holds is encrypted.
 */
export async function withJournal<T>(
  invocation: Invocation,
  work: (journal: FileJournal, documents: DocumentStore) => Promise<T>,
  read: (invocation: Invocation) => Promise<AnyConfig> = readConfig,
): Promise<T> {
  const { env } = invocation;
  const config = await read(invocation);
  const { journal: configured = {} } = config;
  const path = namedStore(invocation, config);
  const { TANDEM_JOURNAL_KEY: key } = env;
  const { content, leaseMs } = configured;
  await using journal = openJournal({
    path,
    ...(content && { content }),
    ...(key !== undefined && { key }),
    ...(leaseMs !== undefined && { leaseMs }),
  });
  await pruneOld(journal, configured);
  // What was read in a document lies beside the runs, so that a second question pays only for what
  // is new. A journal of figures alone keeps no words of a document either.
  using documents = openDocumentStore({
    path: content === 'hashes' ? ':memory:' : path,
    ...(key !== undefined && { key }),
  });
  return await work(journal, documents);
}

/** The same for a command that only looks after what was kept, and needs no configuration. */
export function withKept<T>(
  invocation: Invocation,
  work: (journal: FileJournal) => Promise<T>,
): Promise<T> {
  return withJournal(invocation, work, readConfigIfSound);
}
