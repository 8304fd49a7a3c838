import type { Grader, LabelRow } from '../../../src/entries/eval.ts';
import type { Invocation } from '../command.ts';
import { type Asking, eachRow, type FailedRow, filled } from './ask-rows.ts';
import { type KeptRows, rowKey } from './kept-rows.ts';

/** What came of it. */
export interface Labelled {
  readonly rows: readonly LabelRow[];
  /** Labels beside those that rows had before, as right or wrong. */
  readonly pairs: readonly (readonly [boolean, boolean])[];
  readonly skipped: number;
  readonly failed: readonly FailedRow[];
}

/** How rows are labelled. */
export interface Labelling {
  readonly by: string;
  readonly grader: Grader;
  readonly kept: KeptRows;
  readonly asking: Asking | undefined;
}

/**
 * Asks for what is missing and says who is right. A person is asked one question at a time, when
 * all answers are there; all other rules judge a row as soon as it has its answers.
 */
export async function labelRows(
  invocation: Invocation,
  rows: readonly LabelRow[],
  labelling: Labelling,
): Promise<Labelled> {
  const { terminal } = invocation;
  const { asking, kept } = labelling;
  const concurrency = asking?.concurrency ?? 1;
  const ended: Ended = { labelled: new Map(), pairs: [], failed: [], answered: new Map() };
  const isPerson = labelling.by === 'person';
  let done = 0;
  const { signal, stop } = watchEnd(invocation);
  const work = async (row: LabelRow) => {
    terminal.progress(`${asking ? 'asking' : 'labelling'} ${++done} of ${rows.length}`);
    const whole = asking ? await filled(row, asking, kept) : row;
    ended.answered.set(rowKey(row), whole);
    if (!isPerson) await labelRow(whole, labelling, ended);
  };
  ended.failed.push(...(await eachRow(rows, work, { concurrency, signal })));
  if (isPerson && !signal.aborted) {
    const judge = (row: LabelRow) => labelRow(row, labelling, ended);
    const inOrder = rows.flatMap(row => ended.answered.get(rowKey(row)) ?? []);
    await eachRow(inOrder, judge, { concurrency: 1, signal });
  }
  stop();
  terminal.clearProgress();
  // What a person has labelled is reported, whatever ends it.
  if (!isPerson) signal.throwIfAborted();
  const labelled = rows.flatMap(row => ended.labelled.get(rowKey(row)) ?? []);
  const { pairs, failed } = ended;
  return { rows: labelled, pairs, failed, skipped: rows.length - labelled.length - failed.length };
}

interface Ended {
  readonly labelled: Map<string, LabelRow>;
  readonly pairs: (readonly [boolean, boolean])[];
  readonly failed: FailedRow[];
  readonly answered: Map<string, LabelRow>;
}

// Ctrl-C and an orderly end of the process alike let finish what is under way; the second of them
// ends at once.
function watchEnd({ signal, terminal, options }: Invocation) {
  const terminated = new AbortController();
  const end = () => terminated.abort(new DOMException('Terminated.', 'AbortError'));
  process.once('SIGTERM', end);
  const ended = AbortSignal.any([signal, terminated.signal]);
  const tell = () =>
    terminal.note(
      options.ask
        ? 'What is being asked is finished and kept; the same command goes on from there. ' +
            'Ctrl-C once more ends at once.'
        : 'What is labelled is kept; the same command goes on from there.',
    );
  ended.addEventListener('abort', tell, { once: true });
  return {
    signal: ended,
    stop() {
      ended.removeEventListener('abort', tell);
      process.removeListener('SIGTERM', end);
    },
  };
}

async function labelRow(row: LabelRow, labelling: Labelling, ended: Ended): Promise<void> {
  const { by, kept } = labelling;
  const before = kept.find(row);
  if (before && isLabelled(before, row, by)) {
    ended.labelled.set(rowKey(row), before);
    return;
  }
  const local = await labelOf(row, 'local', labelling);
  const cloud = await labelOf(row, 'cloud', labelling);
  ended.pairs.push(...compared(local), ...compared(cloud));
  const whole = withLabels(row, local, cloud);
  if (!whole) return;
  const noted = { ...whole, by };
  ended.labelled.set(rowKey(row), noted);
  kept.keepLabelled(noted);
}

function isLabelled(before: LabelRow, row: LabelRow, by: string): boolean {
  return (
    before.by === by &&
    before.reference === row.reference &&
    (['local', 'cloud'] as const).every(
      role =>
        before[role]?.correct !== undefined &&
        before[role].answer === row[role]?.answer &&
        row[role]?.correct === undefined,
    )
  );
}

interface Label {
  /** What the rule says, 0..1. */
  readonly now: number | undefined;
  /** What the row said before. */
  readonly before: number | undefined;
}

function compared({ now, before }: Label): (readonly [boolean, boolean])[] {
  return now === undefined || before === undefined ? [] : [[now > 0.5, before > 0.5]];
}

// A label that was there is trusted more than a new one.
function withLabels(row: LabelRow, local: Label, cloud: Label): LabelRow | undefined {
  const [localRight, cloudRight] = [local.before ?? local.now, cloud.before ?? cloud.now];
  if (localRight === undefined || cloudRight === undefined) return undefined;
  return {
    ...row,
    local: { ...row.local, correct: localRight },
    cloud: { ...row.cloud, correct: cloudRight },
  };
}

async function labelOf(
  row: LabelRow,
  role: 'local' | 'cloud',
  { by, grader }: Labelling,
): Promise<Label> {
  const { answer = '', correct: before } = row[role] ?? {};
  // Of two models that agree nothing is known but that; the cloud is taken to be right.
  if (by === 'agreement' && role === 'cloud') return { now: 1, before };
  const reference = by === 'agreement' ? row.cloud?.answer : row.reference;
  return { now: await grader({ prompt: row.prompt, answer, reference }), before };
}
