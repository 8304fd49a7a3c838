import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { requireRegularFile } from '../../../src/entries/config.ts';
import type { Journal, RunJournal } from '../../../src/entries/runs.ts';
import { TandemError } from '../../../src/index.ts';
import type { Controls } from '../wire/controls.ts';
import type { AskedWorkers } from '../workers/ask-workers.ts';
import { answerInTime, type BatchAsker, writtenWrong } from './answer-line.ts';
import { openBatchBudget } from './batch-budget.ts';
import { type BatchLine, readLines, type WrongLine } from './batch-lines.ts';
import { namedUuid } from './named-uuid.ts';
import { type KeptLine, openPartFile, type PartFile, type PartHead } from './part-file.ts';
import { workThrough } from './work-through.ts';

/** How a file of requests is worked through. */
export interface BatchFileOptions {
  readonly input: string;
  readonly output: string;
  readonly controls: Controls;
  /** Asked by every line, in the place of the model that it names. */
  readonly model?: string | undefined;
  readonly lanes: number;
  /** Most lines that are begun in a minute. */
  readonly perMinute?: number | undefined;
  /** Most that all lines may cost together, in US dollars. */
  readonly budgetUsd?: number | undefined;
  /** Asks lines again that were answered with an error. */
  readonly retriesFailed: boolean;
  /** Goes on although the file or the models have changed; lines that have changed are asked. */
  readonly takesChanges: boolean;
  /** Writes over an output that is there. */
  readonly overwrites: boolean;
  /** Answers lines in the place of this process. */
  readonly workers?: AskedWorkers | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: BatchProgress) => void;
}

/** How far a batch is. */
export interface BatchProgress {
  readonly total: number;
  /** Lines that need no more work, failed ones among them. */
  readonly done: number;
  readonly failed: number;
  /** Lines that were finished before this process began. */
  readonly kept: number;
  /** Model calls whose answers were kept. */
  readonly replayed: number;
  readonly costUsd: number;
}

/** What became of a batch. */
export interface BatchReport extends BatchProgress {
  readonly batchId: string;
  /** `written` is the whole output; else it can be gone on with. */
  readonly ending: 'written' | 'interrupted' | 'budget spent';
  /** What is finished, where something is left to do. */
  readonly partFile: string | undefined;
}

/**
 * Works through a file of requests in OpenAI's batch format and writes an output in its order. What
 * is finished lies beside the output until nothing is left to do. @throws TandemError
 */
export async function workThroughFile(
  asker: Omit<BatchAsker, 'batchId' | 'controls' | 'model' | 'budget'>,
  options: BatchFileOptions,
): Promise<BatchReport> {
  const { input, output, signal } = options;
  requireThere(input, 'Give the FILE of requests.');
  requireThere(dirname(output), 'Make that folder, or give another `--out`.');
  requireRegularFile(input);
  const partPath = `${output}.part`;
  const isBegun = existsSync(partPath);
  if (existsSync(output) && !options.overwrites && !(isBegun && options.retriesFailed))
    throw outputExists(output, isBegun);
  const { sha256, total } = await sizeUp(input, asker);
  await using part = await openPartFile(partPath);
  const models = modelsOf(asker, options.model);
  const head = await begunWith(part, { input: sha256, models }, options);
  await using _ = await holding(asker.services.journal, [namedUuid(output), head.batch]);
  const budget = budgetOf(options, await spentOf(part, input, asker));
  const asking = { ...asker, ...options, batchId: head.batch, budget };
  const state: State = { total, done: 0, failed: 0, kept: 0, replayed: 0, costUsd: 0, order: [] };
  const own = new AbortController();
  const pace = { ...options, signal: AbortSignal.any([signal, own.signal]) };
  const isSpent = () => budget?.isSpent() ?? false;
  await workThrough(linesOf(input, asker), pace, async line => {
    await settle(line, { asking, part, state, options, isSpent });
    if (isSpent()) own.abort();
    options.onProgress(state);
  });
  const { order, ...progress } = state;
  const told = { ...progress, batchId: head.batch, partFile: partPath };
  if (signal.aborted) return { ...told, ending: 'interrupted' };
  if (own.signal.aborted) return { ...told, ending: 'budget spent' };
  await writeOutput(output, order, part);
  if (state.failed > wrongIn(order)) return { ...told, ending: 'written' };
  await rm(partPath, { force: true });
  return { ...told, partFile: undefined, ending: 'written' };
}

// A second process, at this output or with these lines, is told who is at work.
async function holding(journal: Journal, ids: readonly string[]): Promise<AsyncDisposable> {
  const held: (readonly [id: string, record: RunJournal])[] = [];
  const release = async () => {
    for (const [runId, record] of held) await record.end({ runId, state: 'done' });
  };
  const facts = { cancel: () => {}, isNew: false, whenTaken: 'refuse', masks: false } as const;
  try {
    for (const runId of ids) {
      const record = journal.begin({ ...facts, runId, owner: undefined, parent: undefined });
      await record.secret?.();
      held.push([runId, record]);
    }
  } catch (error) {
    await release();
    throw error;
  }
  return { [Symbol.asyncDispose]: release };
}

interface State extends Progress {
  /** By place: the id of a line, or what is written of one that asks nothing. */
  readonly order: (string | { readonly written: object })[];
}

type Progress = { -readonly [Key in keyof BatchProgress]: BatchProgress[Key] };

interface Settling {
  readonly asking: BatchAsker & { readonly signal: AbortSignal };
  readonly part: PartFile;
  readonly state: State;
  readonly options: BatchFileOptions;
  readonly isSpent: () => boolean;
}

async function settle(line: BatchLine | WrongLine, given: Settling): Promise<void> {
  const { asking, part, state, options } = given;
  if ('problem' in line) {
    state.order[line.at] = { written: writtenWrong(line, asking.batchId) };
    state.done++;
    state.failed++;
    return;
  }
  state.order[line.at] = line.customId;
  const kept = part.find(line.customId);
  if (kept?.digest === line.digest && (kept.isAnswered || !options.retriesFailed)) {
    state.kept++;
    count(state, kept);
  } else await ask(line, given);
}

async function ask(line: BatchLine, given: Settling): Promise<void> {
  const { asking, part, state, options, isSpent } = given;
  const answer = options.workers?.answer ?? answerInTime;
  try {
    const outcome = await answer(asking, line, asking.signal);
    // What the budget refused was not tried.
    if (!outcome.isAnswered && isSpent()) return;
    await part.keep(line.customId, line.digest, outcome);
    state.replayed += outcome.replayed;
    count(state, outcome);
  } catch (error) {
    if (!asking.signal.aborted) throw error;
  }
}

function count(state: State, { isAnswered, costUsd }: Pick<KeptLine, 'isAnswered' | 'costUsd'>) {
  state.done++;
  state.failed += isAnswered ? 0 : 1;
  state.costUsd += costUsd;
}

function wrongIn(order: State['order']): number {
  return order.filter(each => typeof each !== 'string').length;
}

function linesOf(input: string, { catalogue }: Pick<BatchAsker, 'catalogue'>) {
  return readLines(createReadStream(input), { mostBytes: catalogue.settings.limits.bodyBytes });
}

async function sizeUp(input: string, asker: Pick<BatchAsker, 'catalogue'>) {
  const sum = createHash('sha256');
  for await (const chunk of createReadStream(input)) sum.update(chunk as Buffer);
  let total = 0;
  for await (const _ of linesOf(input, asker)) total++;
  if (total > 0) return { sha256: sum.digest('hex'), total };
  const message = `"${input}" has no line. Write one request in OpenAI's batch format a line.`;
  throw new TandemError('invalid_argument', message, { data: { input } });
}

// What would answer: a batch that was begun with other models is another one.
function modelsOf({ catalogue }: Pick<BatchAsker, 'catalogue'>, model: string | undefined): string {
  const served = [...catalogue.served.values()].map(({ name, modelId }) => [name, modelId]);
  return createHash('sha256')
    .update(JSON.stringify([model, served]))
    .digest('hex');
}

async function begunWith(
  part: PartFile,
  now: Omit<PartHead, 'batch'>,
  { takesChanges, output, input }: BatchFileOptions,
): Promise<PartHead> {
  const { head } = part;
  const isSame = head?.input === now.input && head.models === now.models;
  if (head && isSame) return head;
  if (head && !takesChanges) {
    const what = head.input === now.input ? 'The models that answer' : `"${input}"`;
    throw new TandemError(
      'resume_mismatch',
      `${what} changed since the batch to "${output}" began. Give \`--changed\` to ask what has ` +
        `changed and keep the rest, or remove "${output}.part" to begin anew.`,
      { data: { input, output } },
    );
  }
  const fresh = { batch: namedUuid(now.input, now.models), ...now };
  if (!head) await part.begin(fresh);
  return fresh;
}

async function spentOf(part: PartFile, input: string, asker: Pick<BatchAsker, 'catalogue'>) {
  if (!part.head) return 0;
  let usd = 0;
  for await (const line of linesOf(input, asker))
    usd += 'problem' in line ? 0 : (part.find(line.customId)?.costUsd ?? 0);
  return usd;
}

function budgetOf({ budgetUsd }: BatchFileOptions, spentUsd: number) {
  return budgetUsd === undefined ? undefined : openBatchBudget(budgetUsd, spentUsd);
}

// Beside the place where it belongs first: a reader finds the whole output, or none.
async function writeOutput(output: string, order: State['order'], part: PartFile): Promise<void> {
  async function* rows() {
    for (const each of order)
      yield `${typeof each === 'string' ? await part.read(each) : JSON.stringify(each.written)}\n`;
  }
  const beside = `${output}.writing`;
  await pipeline(Readable.from(rows()), createWriteStream(beside, { mode: 0o600 }));
  await rename(beside, output);
}

function requireThere(path: string, advice: string): void {
  if (existsSync(path)) return;
  const message = `There is no "${path}". ${advice}`;
  throw new TandemError('invalid_argument', message, { data: { path, wrongUse: true } });
}

function outputExists(output: string, isBegun: boolean): TandemError {
  const advice = isBegun
    ? 'Give `--retry-failed` to ask what failed again, or `--force` to write over it.'
    : 'Give `--force` to write over it, or another `--out`.';
  return new TandemError('invalid_argument', `"${output}" exists. ${advice}`, {
    data: { output, wrongUse: true },
  });
}
