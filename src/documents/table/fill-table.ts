import { requireWhole, TandemError } from '../../model/errors.ts';
import { nodeCrypto } from '../../model/node-crypto.ts';
import type { Label } from '../../model/run/labels.ts';
import type { RunOptions } from '../../model/run/scope.ts';
import { run } from '../../model/run/scope-life.ts';
import type { LanguageModel } from '../../model/types.ts';
import type { Document } from '../document.ts';
import { documentCall } from '../document-call.ts';
import type { OpenedFile } from '../formats/load-documents.ts';
import { contradictionsIn } from './contradictions.ts';
import { cellOf, emptyCell, type GridCell, type TableQuestion } from './grid-cell.ts';

/** How a table is filled. */
export interface TableOptions {
  /** Who answers: a pattern that reads documents, or a model. */
  readonly model: LanguageModel;
  /** The rows, such as `eachDocument(['contracts/'])`; each is let go when its cells are there. */
  readonly files: AsyncIterable<OpenedFile>;
  readonly questions: readonly TableQuestion[];
  /** What may leave of the documents. Default: extracts. */
  readonly label?: Label;
  /**
   * How each cell is asked, in a run of its own; with a journal, a table that was ended goes on and
   * pays for no call twice. Default: no limits, no journal.
   */
  readonly run?: Omit<RunOptions, 'runId' | 'isNew'>;
  /** What else the answers depend on, such as the options of the pattern. Default: nothing. */
  readonly setup?: string;
  /** Cells that are asked at the same time, 1 to 64. Default: 4. */
  readonly concurrency?: number;
  /** Finds a cell that was filled before, by its id. Default: none is known. */
  readonly known?: (id: string) => GridCell | undefined;
  /** Is handed each cell as soon as it is there, in any order. */
  readonly onCell?: (filled: FilledCell) => void;
  readonly signal?: AbortSignal;
}

/** A cell, and where it stands. */
export interface FilledCell {
  /** The same for the same document, question, model and setup. */
  readonly id: string;
  readonly title: string;
  readonly question: TableQuestion;
  readonly cell: GridCell;
  /** Whether it was known before, so that nobody was asked. */
  readonly isKnown: boolean;
}

/** A document of a table, with a cell for each question. */
export interface TableRow {
  readonly title: string;
  /** Of the file that it was read from. */
  readonly path: string;
  /** Why it could not be read. */
  readonly unread?: string;
  /** Pages without usable text. */
  readonly withoutText?: readonly number[];
  readonly cells: readonly GridCell[];
}

/** Documents by questions. */
export interface DocumentTable {
  readonly questions: readonly TableQuestion[];
  readonly rows: readonly TableRow[];
}

/**
 * Asks every question of every document: a grid of cells with value, quotes, places, coverage and
 * cost, in which answers that contradict each other are marked. A document that cannot be read and
 * a question that fails end nothing: their cells say why.
 * @throws TandemError for what would fail in every cell; what the signal was aborted with
 * @example
 * ```ts
 * const questions = [{ name: 'signed', question: 'Who signed?' }];
 * const table = await fillTable({
 *   model: support,
 *   files: eachDocument(['contracts/']),
 *   questions,
 * });
 * ```
 */
export async function fillTable(options: TableOptions): Promise<DocumentTable> {
  const { questions, concurrency = 4, signal } = options;
  requireWhole('concurrency', concurrency, 1, 'It counts cells.');
  if (questions.length === 0) {
    const message = '`questions` must hold a question, got none. Name what is to be asked.';
    throw new TandemError('invalid_argument', message);
  }
  const rows: OpenRow[] = [];
  const open = openCells(options, rows);
  const worker = async () => {
    for await (const fill of open) {
      signal?.throwIfAborted();
      await fill();
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: concurrency }, worker));
  const failed = ended.find(({ status }) => status === 'rejected');
  signal?.throwIfAborted();
  if (failed?.status === 'rejected') throw failed.reason;
  return { questions, rows: marked(questions, rows) };
}

type OpenRow = Omit<TableRow, 'cells'> & { readonly cells: GridCell[] };

// All workers draw from one generator, which reads the next file when the last cell is drawn.
async function* openCells(
  options: TableOptions,
  rows: OpenRow[],
): AsyncGenerator<() => Promise<void>> {
  for await (const file of options.files) {
    const row = rowOf(file, options.questions.length);
    rows.push(row);
    if (!('document' in file)) continue;
    const { document } = file;
    for (const [at, question] of options.questions.entries())
      yield async () => {
        row.cells[at] = await fillCell(document, question, options);
      };
  }
}

function rowOf(file: OpenedFile, questions: number): OpenRow {
  const { path } = file;
  if ('document' in file) {
    const { title, withoutText } = file.document;
    return { title, path, ...(withoutText && { withoutText }), cells: [] };
  }
  const { title, why } = file.unread;
  const cell = emptyCell('unread', why);
  return { title, path, unread: why, cells: Array.from({ length: questions }, () => cell) };
}

async function fillCell(
  document: Document,
  question: TableQuestion,
  options: TableOptions,
): Promise<GridCell> {
  const id = idOf(document, question, options);
  const known = options.known?.(id);
  const cell = known ?? (await asked(document, question, { ...options, id }));
  options.onCell?.({ id, title: document.title, question, cell, isKnown: known !== undefined });
  return cell;
}

function idOf(document: Document, { question }: TableQuestion, options: TableOptions): string {
  const { model, label = 'extracts', setup = '' } = options;
  const parts = [document.id, document.title, question, model.modelId, label, setup];
  return `table-${nodeCrypto().hash('sha256', JSON.stringify(parts)).slice(0, 40)}`;
}

// What is wrong with the call itself is wrong in every cell.
const ours = new Set(['invalid_argument', 'not_configured', 'unknown_name']);

async function asked(
  { title, text, mediaType, lines }: Document,
  { question }: TableQuestion,
  { id, model, label = 'extracts', run: settings = {}, signal }: TableOptions & { id: string },
): Promise<GridCell> {
  const named = { title, text, mediaType, label, ...(lines && { lines }) };
  const call = documentCall(question, [named], signal ? { abortSignal: signal } : {});
  try {
    // Whoever was ended while it held the cell is waited for, until it is known to be dead.
    const within = { ...settings, runId: id, whenTaken: 'wait' as const };
    return cellOf(await run(within, async () => model.doGenerate(call)));
  } catch (error) {
    if (!TandemError.isInstance(error) || ours.has(error.code)) throw error;
    return emptyCell('failed', error.message);
  }
}

// A column of many documents would name them all in every cell.
const mostNamed = 20;

function marked(questions: readonly TableQuestion[], rows: readonly OpenRow[]): TableRow[] {
  const cells = rows.map(row => [...row.cells]);
  for (const [column, { question }] of questions.entries()) {
    const answered = rows.flatMap(({ cells: own }, row) =>
      own[column]?.status === 'answered' ? [row] : [],
    );
    const values = answered.map(row => rows[row]!.cells[column]!.value);
    for (const [at, against] of contradictionsIn(question, values).entries()) {
      if (against.length === 0) continue;
      const own = cells[answered[at]!]!;
      const contradicts = against.slice(0, mostNamed).map(other => rows[answered[other]!]!.title);
      own[column] = { ...own[column]!, contradicts };
    }
  }
  return rows.map((row, at) => ({ ...row, cells: cells[at]! }));
}
