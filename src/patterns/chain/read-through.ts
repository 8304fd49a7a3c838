import type { Passage } from '../../documents/cited-extract.ts';
import { TandemError } from '../../model/errors.ts';
import { readsTasks } from '../../model/leaf/model/place.ts';
import type { Ask } from '../../model/pattern/ask.ts';
import type { LanguageModel } from '../../model/types.ts';
import { type HopReader, type HopResult, relay } from './relay.ts';
import type { Settings } from './settings.ts';
import { addToUnit, emptyUnit, type Unit, type UnitLimits } from './unit.ts';

/** A document to be read by workers. */
export interface ReadingTask {
  readonly worker: LanguageModel;
  readonly passages: readonly Passage[];
  readonly question: string;
  readonly settings: Settings;
  readonly limits: UnitLimits;
}

/** What came of it. */
export interface ChainReading {
  readonly unit: Unit;
  /** Parts that a worker has read and reported on. */
  readonly read: ReadonlySet<number>;
  readonly passes: number;
}

interface HopProgress {
  unit: Unit;
  readonly read: Set<number>;
  readonly reader: HopReader;
  /** Reports without a word of the part. */
  empty: number;
  /** Parts in a row without a report, by why. */
  unreadable: number;
  failed: number;
}

/** Lets workers read the document, and again while questions stay open. @throws TandemError */
export async function readThrough(ask: Ask, task: ReadingTask): Promise<ChainReading> {
  const { settings, worker } = task;
  const progress: HopProgress = {
    ...{ unit: emptyUnit, read: new Set(), empty: 0, unreadable: 0, failed: 0 },
    reader: { worker, asked: 0, missed: 0 },
  };
  let pass = 0;
  for (;;) {
    const before = progress.unit.held.length;
    await readOnce(ask, task, { progress, pass: ++pass });
    if (pass >= settings.passes || !isOpen(progress.unit, settings)) break;
    // A reader that is no language model says the same again where it is told the same.
    if (readsTasks(worker) && progress.unit.held.length === before) break;
  }
  if (progress.read.size + progress.empty === 0) throw rubbish(worker, task.passages.length);
  return { unit: progress.unit, read: progress.read, passes: pass };
}

// With nothing found the question itself is open.
function isOpen(unit: Unit, { task }: Settings): boolean {
  return task === 'answer' && (unit.openQuestions.length > 0 || unit.held.length === 0);
}

async function readOnce(
  ask: Ask,
  task: ReadingTask,
  { progress, pass }: { progress: HopProgress; pass: number },
): Promise<void> {
  const { worker, passages, question, settings, limits } = task;
  const { outputTokens } = settings;
  const grid = { pattern: 'chain', round: pass, rows: passages.length, columns: [`pass ${pass}`] };
  ask.progress({ kind: 'grid', ...grid });
  const hop = (part: number) =>
    relay(ask, progress.reader, {
      ...{ unit: progress.unit, passage: passages[part]!, part, pass },
      ...{ question, task: settings.task, outputTokens },
    });
  const parts = passages.map((_, index) => index);
  if (settings.order === 'parallel') {
    // All see the unit of the round before; merged in the order of the document, not of arrival.
    const results = await Promise.all(parts.map(hop));
    for (const part of parts) take(progress, { part, result: results[part]!, limits, worker });
    return;
  }
  if (settings.order === 'right-to-left') parts.reverse();
  for (const part of parts) take(progress, { part, result: await hop(part), limits, worker });
}

const mostInARow = { unreadable: 8, failed: 3 };

function take(
  progress: HopProgress,
  {
    part,
    result,
    limits,
    worker,
  }: { part: number; result: HopResult; limits: UnitLimits; worker: LanguageModel },
): void {
  if (TandemError.isInstance(result)) {
    if (++progress.failed >= mostInARow.failed) throw result;
  } else if (result === 'unreadable') {
    const { read, empty } = progress;
    if (++progress.unreadable >= mostInARow.unreadable && read.size + empty === 0)
      throw rubbish(worker, part + 1);
  } else if ('unread' in result) {
    progress.empty++;
    progress.unit = addToUnit(progress.unit, { ...result.unread, openQuestions: [] }, limits);
  } else {
    progress.unit = addToUnit(progress.unit, result, limits);
    progress.read.add(part);
    progress.failed = 0;
  }
}

function rubbish({ modelId }: LanguageModel, parts: number): TandemError {
  return new TandemError(
    'bad_answer',
    `"${modelId}" read ${parts} parts and gave no report that can be read. Use a model that ` +
      "writes JSON, or `unit: 'text'`.",
    { data: { modelId, parts } },
  );
}
