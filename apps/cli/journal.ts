import { defaultJournalPath, type FileJournal, openJournal } from '../../src/index.ts';
import type { Invocation, OptionSpec } from './command.ts';

/** The option that names the journal, for every command that reads or writes it. */
export const journalOption: Readonly<Record<string, OptionSpec>> = {
  journal: { type: 'string', value: 'FILE', help: `the journal (default: ${defaultJournalPath})` },
};

/** Opens the journal of a command and closes it when the work is done. */
export async function withJournal<T>(
  { options, env }: Invocation,
  work: (journal: FileJournal) => Promise<T>,
): Promise<T> {
  const path = (options.journal as string | undefined) ?? env.TANDEM_JOURNAL ?? defaultJournalPath;
  using journal = openJournal({ path });
  return await work(journal);
}
