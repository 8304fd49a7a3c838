import { dirname, relative, resolve, sep } from 'node:path';
import * as z from 'zod';
import type { SharedBudget } from '../../../src/entries/backends.ts';
import {
  type DocumentStore,
  type DocumentTable,
  eachDocument,
  type FileJournal,
  fillTable,
  type TableRow,
  type TableTotals,
  tableCsv,
  tableHtml,
  tableTotals,
} from '../../../src/entries/runs.ts';
import type { Label, RunOptions } from '../../../src/index.ts';
import { budgetOptions } from '../budget-flags.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { askingOptions } from '../flags.ts';
import { journalOption, withJournal } from '../journal.ts';
import { table } from '../layout.ts';
import { documentOptions, passwordsOf } from '../open-documents.ts';
import { chooseModel, runOptions } from '../question/prepare-ask.ts';
import { dollars, type Style } from '../terminal.ts';
import { openWorkspace } from '../workspace.ts';
import { writeWhole } from '../write-whole.ts';
import { openKeptCells, requireFree } from './kept-cells.ts';
import { readQuestions } from './read-questions.ts';
import { watchCells } from './watch-cells.ts';

const formats = ['.csv', '.json', '.html'] as const;

/** `tandem table`: many documents by many questions. */
export const tabulate: Command = {
  name: 'table',
  summary: 'Ask many questions of many documents: a table with quotes, places and costs.',
  usage: '[options] --docs FOLDER --questions FILE --out FILE',
  options: {
    docs: {
      type: 'string',
      multiple: true,
      value: 'PATH',
      help: 'a folder or file of documents, a row each',
    },
    questions: {
      type: 'string',
      value: 'FILE',
      help: 'the questions: one a line, or JSON with `question` and `name`',
    },
    out: {
      type: 'string',
      multiple: true,
      value: 'FILE',
      help: 'what is written: .csv, .json or .html, by its ending (default: shown here)',
    },
    force: { type: 'boolean', help: 'write over files that are there' },
    ...documentOptions,
    ...askingOptions,
    pattern: {
      type: 'string',
      value: 'NAME',
      help: 'minions (which needs no model), chain, auto, or a configured pattern',
    },
    ...budgetOptions,
    concurrency: {
      type: 'string',
      value: 'N',
      help: 'cells that are asked at the same time',
      schema: z.number().int().min(1).max(64).default(4),
    },
    ...journalOption,
    quiet: { type: 'boolean', help: 'say nothing of how far it is' },
  },
  examples: [
    [
      'tandem table --docs contracts/ --questions questions.txt --out table.html',
      'needs no model; each quote has a link to its place',
    ],
    [
      'tandem table --docs contracts/ --questions questions.txt --out table.csv --budget-usd 2',
      'with the configured models; ended, the same command goes on',
    ],
    ['tandem table --docs contracts/ --questions questions.txt --json', 'for a program'],
  ],
  run: invocation => withJournal(invocation, (...kept) => runTable(invocation, ...kept)),
};

async function runTable(
  invocation: Invocation,
  journal: FileJournal,
  documents: DocumentStore,
): Promise<number> {
  const { options, signal, terminal } = invocation;
  const { docs = [], out = [] } = options as { readonly docs?: string[]; readonly out?: string[] };
  if (docs.length === 0) throw wrongUse('No document is given.', 'Name a folder: --docs FOLDER');
  const questions = await readQuestions(options.questions as string | undefined);
  for (const file of out) requireFree(file, formats, options.force === true);
  const workspace = await openWorkspace(invocation);
  const model = chooseModel(workspace, true, invocation);
  const kept = openKeptCells(out[0]);
  const watch = watchCells(invocation, questions.length);
  const passwords = await passwordsOf(invocation);
  const { config } = workspace;
  const settings = sharingBudget(runOptions(invocation, workspace), { journal, docs });
  const filled = await fillTable({
    ...{ model, questions, signal },
    files: eachDocument(docs, { onFile: watch.onFile, ...passwords }),
    label: options.label as Label,
    run: { ...settings, journal, documents },
    setup: JSON.stringify([config.patterns, config.models, options.mode, options.mask]),
    concurrency: options.concurrency as number,
    known: kept.find,
    onCell: each => {
      if (!each.isKnown) kept.keep(each);
      watch.onCell(each);
    },
  })
    .finally(watch.stop)
    .catch((error: unknown) => {
      if (signal.aborted) terminal.note('What was finished is kept; the same command goes on.');
      throw error;
    });
  const totals = tableTotals(filled);
  for (const file of out) writeWhole(file, written(file, filled, totals));
  // What failed is asked again by the same command, with `--force`.
  if (totals.failed === 0) kept.remove();
  show(invocation, { filled, totals, out });
  return totals.failed + totals.unread.length > 0 ? 1 : 0;
}

// What limits one run would limit one cell here.
function sharingBudget(
  settings: RunOptions,
  { journal, docs }: { readonly journal: FileJournal; readonly docs: readonly string[] },
): RunOptions {
  const { usd, tokens, ...others } = settings.budget ?? {};
  if (usd === undefined && tokens === undefined) return settings;
  const limit = { ...(usd !== undefined && { usd }), ...(tokens !== undefined && { tokens }) };
  const account = { id: `table:${docs.map(path => resolve(path)).join(':')}`, limit };
  const { accounts } = journal;
  const shared: SharedBudget = { name: "the table's budget", account, accounts: accounts! };
  return { ...settings, budget: others, sharedBudgets: [shared] };
}

function written(file: string, filled: DocumentTable, totals: TableTotals): string {
  if (file.endsWith('.csv')) return tableCsv(filled);
  if (file.endsWith('.json')) return `${JSON.stringify({ ...totals, ...filled }, null, 2)}\n`;
  const from = dirname(resolve(file));
  return tableHtml(filled, ({ path }: TableRow) =>
    // A path may hold what an address cannot; none begins with a scheme.
    ['.', ...relative(from, resolve(path)).split(sep).map(encodeURIComponent)].join('/'),
  );
}

interface Shown {
  readonly filled: DocumentTable;
  readonly totals: TableTotals;
  readonly out: readonly string[];
}

function show({ options, terminal }: Invocation, { filled, totals, out }: Shown): void {
  if (options.json) {
    terminal.out(
      `${JSON.stringify(out.length > 0 ? { out, ...totals } : { ...totals, ...filled })}\n`,
    );
    return;
  }
  const { style } = terminal;
  for (const { title, why } of totals.unread)
    terminal.note(`${style.bad('unread')}  ${title}: ${why}`);
  if (out.length === 0) terminal.out(page(filled, style));
  const { documents, answered, cells, contradictions, failed, costUsd } = totals;
  const parts = [
    `${documents} documents, ${answered} of ${cells} cells answered`,
    ...(contradictions > 0 ? [`${contradictions} contradict others`] : []),
    ...(failed > 0 ? [style.bad(`${failed} failed`)] : []),
    ...(totals.unread.length > 0 ? [style.bad(`${totals.unread.length} not read whole`)] : []),
    `${dollars(costUsd)}${totals.isCostKnown ? '' : ' and what is unknown'}`,
  ];
  const where = out.length > 0 ? ` Written: ${out.join(', ')}.` : '';
  terminal.out(`${parts.join('; ')}.${where}\n`);
  if (failed > 0 && out.length > 0)
    terminal.note('The same command with --force asks what failed, and nothing else.');
}

function page({ questions, rows }: DocumentTable, style: Style): string {
  const blocks = rows.map(({ title, cells }) => {
    const lines = cells.map((cell, at) => [
      questions[at]!.name,
      cell.status === 'answered' ? cell.value.replace(/\s+/g, ' ') : cell.status,
      cell.contradicts ? `otherwise in ${cell.contradicts.join(', ')}` : '',
    ]);
    return `${title}\n${table(lines, style, '  ')}\n`;
  });
  return `${blocks.join('\n')}\n`;
}
