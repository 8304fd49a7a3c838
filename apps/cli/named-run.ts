import type { FileJournal } from '../../src/entries/runs.ts';
import { type Invocation, wrongUse } from './command.ts';

const idLength = 36;
const mostSearched = 100_000;
const mostShown = 5;

/**
 * Reads the run that a command is given: its id, or the beginning of the id of one run alone.
 * @throws TandemError marked as wrong use where none or several are named
 */
export async function requireRun(
  { positionals, command }: Invocation,
  journal: FileJournal,
): Promise<string> {
  const [given, ...more] = positionals;
  if (given === undefined || more.length > 0)
    throw wrongUse(
      'One run must be named.',
      `Write \`tandem ${command} RUN\`; \`tandem runs\` lists them.`,
    );
  return wholeId(given, journal);
}

/** Completes the beginning of a run's id; what begins none is returned as it is. */
export async function wholeId(given: string, journal: FileJournal): Promise<string> {
  if (given.length >= idLength) return given;
  const ids = (await journal.runs(mostSearched)).map(({ id }) => id);
  return onlyMatch(
    given,
    ids.filter(id => id.startsWith(given)),
  );
}

function onlyMatch(given: string, ids: readonly string[]): string {
  const [first = given, ...others] = ids;
  if (others.length === 0 || ids.includes(given)) return ids.includes(given) ? given : first;
  const shown = ids.slice(0, mostShown).join(', ');
  throw wrongUse(
    `"${given}" begins the ids of ${ids.length} runs.`,
    `Give more of it: ${shown}${ids.length > mostShown ? ', …' : ''}.`,
  );
}
