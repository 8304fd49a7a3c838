import type { Passage } from '../../documents/cited-extract.ts';
import { TandemError } from '../../model/errors.ts';
import { isOverflow } from '../../model/leaf/failure.ts';
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
  /** Parts of which a worker that wrote no report said that there is nothing. */
  readonly denied: Set<number>;
  readonly reader: HopReader;
  /** Whether anything that it wrote was a report. */
  hasReport: boolean;
  /** Parts in a row without a report, by why. */
  unreadable: number;
  failed: number;
}

/** Lets workers read the document, and again while questions stay open. @throws TandemError */
export async function readThrough(ask: Ask, task: ReadingTask): Promise<ChainReading> {
  const { settings, worker } = task;
  const progress: HopProgress = {
    ...{
      unit: emptyUnit,
      read: new Set(),
      denied: new Set(),
      hasReport: false,
      unreadable: 0,
      failed: 0,
    },
    reader: { worker, asked: 0, missed: 0 },
  };
  let pass = 0;
  for (;;) {
    const before = progress.unit.held.length;
    await readOnce(ask, task, { progress, pass: ++pass });
    if (pass >= settings.passes || !isOpen(progress.unit, settings) || isGivenUp(progress)) break;
    // A reader that is no language model says the same again where it is told the same.
    if (readsTasks(worker) && progress.unit.held.length === before) break;
  }
  // Small models say so of parts that hold the answer too: where nothing else was said, nothing was
  // read.
  if (progress.unit.held.length === 0)
    for (const part of progress.denied) progress.read.delete(part);
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
  const { passages, question, settings, limits } = task;
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
    for (const part of parts) take(progress, { part, result: results[part]!, limits });
    return;
  }
  if (settings.order === 'right-to-left') parts.reverse();
  for (const part of parts) {
    take(progress, { part, result: await hop(part), limits });
    if (isGivenUp(progress)) return;
  }
}

const mostInARow = { unreadable: 8, failed: 3 };

// What writes nothing that can be read is asked no more: the passages nearest to the question stay.
function isGivenUp({ unreadable, hasReport }: HopProgress): boolean {
  return unreadable >= mostInARow.unreadable && !hasReport;
}

function take(
  progress: HopProgress,
  { part, result, limits }: { part: number; result: HopResult; limits: UnitLimits },
): void {
  if (TandemError.isInstance(result)) {
    // The next would fit no better.
    if (!progress.hasReport && isOverflow(result)) throw result;
    if (++progress.failed >= mostInARow.failed) throw result;
  } else if (result === 'unreadable') {
    progress.unreadable++;
  } else if ('unread' in result) {
    progress.hasReport = true;
    progress.unit = addToUnit(progress.unit, { ...result.unread, openQuestions: [] }, limits);
  } else {
    progress.unit = addToUnit(progress.unit, result, limits);
    progress.hasReport = true;
    progress.read.add(part);
    if (result.isDenial) progress.denied.add(part);
    else progress.denied.delete(part);
    progress.failed = 0;
  }
}
