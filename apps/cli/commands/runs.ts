import type { FileJournal, ListedEgressEvent, RunRow } from '../../../src/entries/runs.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { time } from '../flags.ts';
import { journalOption, withJournal } from '../journal.ts';
import { dollars, type Style, table } from '../terminal.ts';

/** `tandem runs`: what the journal holds. */
export const runs: Command = {
  name: 'runs',
  summary: 'List the runs in the journal, newest first.',
  usage: '[options]',
  options: journalOption,
  examples: [
    ['tandem runs', 'the last fifty'],
    ['tandem runs --json', 'for a program'],
  ],
  run: invocation =>
    withJournal(invocation, async journal => {
      const rows = await journal.runs();
      show(invocation, rows, style =>
        rows.length === 0 ? 'The journal is empty.' : table(rows.map(row => runRow(row, style))),
      );
      return 0;
    }),
};

/** `tandem egress`: everything that left for a cloud. */
export const egress: Command = {
  name: 'egress',
  summary:
    'List everything that left for a cloud through this journal: when, where to, why and how much.',
  usage: '[--since TIME] [options]',
  options: {
    ...journalOption,
    since: {
      type: 'string',
      value: 'TIME',
      help: 'an ISO date or time, such as 2026-01-31',
      schema: time.optional(),
    },
    jsonl: { type: 'boolean', help: 'one JSON document a line' },
  },
  examples: [
    ['tandem egress --since 2026-01-31', 'since a day'],
    ['tandem egress --jsonl > egress.jsonl', 'for an auditor'],
  ],
  run: invocation =>
    withJournal(invocation, async journal => {
      const events = await readEgress(invocation, journal);
      if (invocation.options.jsonl) {
        for (const event of events) invocation.terminal.out(`${JSON.stringify(event)}\n`);
      } else show(invocation, events, style => egressTable(events, style));
      return 0;
    }),
};

/** `tandem cancel RUN`: ends a run that goes on elsewhere. */
export const cancel: Command = {
  name: 'cancel',
  summary: 'Cancel a run that is going on, in whatever process.',
  usage: 'RUN [options]',
  options: journalOption,
  examples: [['tandem cancel 3f2a…', 'a run of `tandem runs`']],
  run: invocation =>
    withJournal(invocation, async journal => {
      const runId = requireRun(invocation, 'cancel');
      const cancelled = await journal.cancel(runId);
      show(invocation, { runId, cancelled }, () =>
        cancelled ? 'Cancelled.' : 'It is not running.',
      );
      return cancelled ? 0 : 1;
    }),
};

/** `tandem prune`: forgets old runs. */
export const prune: Command = {
  name: 'prune',
  summary: 'Remove runs that ended before a time, with their content.',
  usage: '--before TIME [options]',
  options: {
    ...journalOption,
    before: {
      type: 'string',
      value: 'TIME',
      help: 'an ISO date or time, such as 2026-01-31',
      schema: time,
    },
  },
  examples: [['tandem prune --before 2026-01-31', 'all that ended earlier']],
  run: invocation =>
    withJournal(invocation, async journal => {
      const removed = await journal.prune(isoTime(invocation.options.before));
      show(invocation, { removed }, () => `${removed} ${removed === 1 ? 'run' : 'runs'} removed.`);
      return 0;
    }),
};

/** Reads the run that a command is given. @throws TandemError marked as wrong use */
export function requireRun({ positionals }: Invocation, command: string): string {
  const [runId, ...more] = positionals;
  if (runId !== undefined && more.length === 0) return runId;
  throw wrongUse(
    'One run must be named.',
    `Write \`tandem ${command} RUN\`; \`tandem runs\` lists them.`,
  );
}

function readEgress(invocation: Invocation, journal: FileJournal): Promise<ListedEgressEvent[]> {
  return journal.egress(
    invocation.options.since === undefined ? undefined : isoTime(invocation.options.since),
  );
}

function isoTime(given: unknown): string {
  return new Date(given as string).toISOString();
}

/** Writes a value as JSON where that is asked for, else as a page. */
export function show(
  { options, terminal }: Invocation,
  value: unknown,
  page: (style: Style) => string,
): void {
  terminal.out(options.json ? `${JSON.stringify(value)}\n` : `${page(terminal.style)}\n`);
}

/** Writes a run as the cells of its row. */
export function runRow(row: RunRow, style: Style): string[] {
  const { id, begunAt, state, error, holder, calls, cloudCalls, costUsd } = row;
  // One that nobody holds has lost its process; it can be resumed, as one can that a signal ended.
  const isCutOff = state === 'aborted' || (state === 'running' && holder === null);
  const word = isCutOff ? 'interrupted' : (error ?? state);
  const isWell = state === 'done' || (state === 'running' && holder !== null);
  const mark = isWell ? style.good(word) : style.bad(word);
  return [
    style.accent(id),
    begunAt.slice(0, 19).replace('T', ' '),
    mark,
    `${calls} ${calls === 1 ? 'call' : 'calls'}, ${cloudCalls} to the cloud`,
    dollars(costUsd ?? 'unknown'),
  ];
}

/** Writes egress events as a table. */
export function egressTable(events: readonly ListedEgressEvent[], style: Style): string {
  if (events.length === 0) return 'Nothing left the machine.';
  return table(
    events.map(({ at, destination, purpose, characters, tokens, masked, label, run }) => [
      at.slice(0, 19).replace('T', ' '),
      style.accent(destination),
      purpose,
      `${characters} characters`,
      `${tokens} tokens`,
      `${masked} masked`,
      label,
      style.dim(run),
    ]),
  );
}
