import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type FileJournal,
  type ListedEgressEvent,
  openSealed,
  type Pruning,
  type RunRow,
} from '../../../src/entries/runs.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { time } from '../flags.ts';
import { journalOption, withKept } from '../journal.ts';
import { table } from '../layout.ts';
import { requireRun } from '../named-run.ts';
import { dollars, type Style } from '../terminal.ts';

const defaultStatePath = '.tandem/gateway.db';
const patienceMs = 2000;

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
    withKept(invocation, async journal => {
      const rows = await journal.runs();
      show(invocation, rows, style =>
        rows.length === 0
          ? 'The journal is empty.'
          : table(
              rows.map(row => runRow(row, style)),
              style,
            ),
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
    withKept(invocation, async journal => {
      const events = await readEgress(invocation, journal);
      const prunings = await journal.prunings();
      if (invocation.options.jsonl) {
        for (const event of events) invocation.terminal.out(`${JSON.stringify(event)}\n`);
      } else {
        show(invocation, events, style => egressTable(events, style, prunings));
      }
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
    withKept(invocation, async journal => {
      const runId = await requireRun(invocation, journal);
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
  summary:
    'Remove runs that ended before a time, with their content: no byte of it stays in the files.',
  usage: '(--before TIME | --egress-before TIME) [options]',
  options: {
    ...journalOption,
    before: {
      type: 'string',
      value: 'TIME',
      help: 'an ISO date or time, such as 2026-01-31',
      schema: time.optional(),
    },
    'egress-before': {
      type: 'string',
      value: 'TIME',
      help: 'remove the record of what left before it too',
      schema: time.optional(),
    },
  },
  examples: [
    ['tandem prune --before 2026-01-31', 'all that ended earlier; what left stays on record'],
    ['tandem prune --egress-before 2020-01-31', 'the record of what left earlier'],
  ],
  run: invocation => {
    const { before, 'egress-before': egressBefore } = invocation.options;
    if (before === undefined && egressBefore === undefined)
      throw wrongUse('No time is given.', 'Write `tandem prune --before TIME`.');
    return withKept(invocation, async journal => {
      const removed = before === undefined ? 0 : await journal.prune(isoTime(before));
      if (before !== undefined) await pruneGateway(invocation, isoTime(before), journal.store.id);
      const left =
        egressBefore === undefined
          ? undefined
          : await journal.prune(isoTime(egressBefore), { kind: 'egress' });
      show(invocation, { removed, ...(left !== undefined && { egress: left }) }, () =>
        removedLine(removed, left),
      );
      return 0;
    });
  },
};

function removedLine(runs: number, left: number | undefined): string {
  const line = `${runs} ${runs === 1 ? 'run' : 'runs'} removed.`;
  return left === undefined ? line : `${line} ${left} records of what left removed.`;
}

// What clients have left at a gateway of this folder is as old.
async function pruneGateway(
  { env, folder }: Invocation,
  before: string,
  journalPath: string,
): Promise<void> {
  const path = resolve(folder, defaultStatePath);
  if (path === journalPath || !existsSync(path)) return;
  const { store } = openSealed(path, { patienceMs, key: env.TANDEM_JOURNAL_KEY });
  try {
    await store.prune(before);
  } finally {
    await store[Symbol.asyncDispose]();
  }
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
export function egressTable(
  events: readonly ListedEgressEvent[],
  style: Style,
  prunings: readonly Pruning[] = [],
): string {
  const gone = prunings.map(pruningLine);
  if (events.length === 0) return [nothingLeft(prunings), ...gone].join('\n');
  const rows = table(
    events.map(({ at, destination, purpose, characters, tokens, masked, label, run, pruned }) => [
      at.slice(0, 19).replace('T', ' '),
      style.accent(destination),
      purpose,
      `${characters} characters`,
      `${tokens} tokens`,
      `${masked} masked`,
      label,
      style.dim(pruned ? `${run} (pruned)` : run),
    ]),
    style,
  );
  return [rows, ...gone].join('\n');
}

// A record that was removed is no proof that nothing left.
function nothingLeft(prunings: readonly Pruning[]): string {
  return prunings.some(({ kind }) => kind === 'egress')
    ? 'Nothing else is on record.'
    : 'Nothing left the machine.';
}

function pruningLine({ at, before, kind, count }: Pruning): string {
  const what = kind === 'runs' ? 'runs that ended' : 'records of what left';
  return `${at.slice(0, 10)}: ${count} ${what} before ${before.slice(0, 19)} were removed.`;
}
