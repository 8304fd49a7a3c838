import {
  type CollectOptions,
  collectAnswer,
  collectDraft,
  type Decoding,
  type LabelRow,
} from '../../../src/entries/eval.ts';
import { TandemError, userCall } from '../../../src/index.ts';
import { type Invocation, wrongUse } from '../command.ts';
import { openWorkspace } from '../workspace.ts';
import type { Asked, KeptRows } from './kept-rows.ts';

/** How rows are asked. */
export interface Asking {
  readonly collect: CollectOptions;
  readonly decoding: Decoding;
  /** Rows that are asked at the same time. */
  readonly concurrency: number;
}

/** A row that could not be asked or labelled, and why. */
export interface FailedRow {
  readonly id: string;
  readonly error: string;
}

/** Reads how rows are to be asked. @throws TandemError */
export async function askingOf(invocation: Invocation): Promise<Asking> {
  const { options } = invocation;
  const decoding = {
    ...numberOf(invocation, 'temperature', { least: 0, most: 2 }),
    ...numberOf(invocation, 'max-output-tokens', { least: 1, isWhole: true }),
  };
  const { concurrency = 4 } = numberOf(invocation, 'concurrency', {
    least: 1,
    most: 64,
    isWhole: true,
  });
  const { roles, config } = await openWorkspace(invocation);
  const { local, cloud } = roles;
  if (!local || !cloud) {
    throw wrongUse(
      'Two models are needed to ask.',
      'Give `--local MODEL` and `--cloud MODEL`, or configure them.',
    );
  }
  const names =
    (options.signals as string | undefined) ?? 'minProbability,lowProbability,characters';
  return {
    collect: {
      local,
      cloud,
      signals: names.split(',').map(name => name.trim()),
      callOf: ({ prompt }) => userCall(prompt, decoding),
      run: { prices: config.prices ?? {} },
    },
    decoding,
    concurrency,
  };
}

/** Whose answers the log may hold. */
export function askedOf({ collect, decoding }: Asking): Asked {
  return { local: collect.local.modelId, cloud: collect.cloud.modelId, decoding };
}

interface Bounds {
  readonly least: number;
  readonly most?: number;
  readonly isWhole?: boolean;
}

type Numbers = { temperature?: number; maxOutputTokens?: number; concurrency?: number };

function numberOf({ options }: Invocation, option: string, bounds: Bounds): Numbers {
  const given = options[option];
  if (given === undefined) return {};
  const value = Number(given);
  const { least, most = Number.POSITIVE_INFINITY, isWhole = false } = bounds;
  if (given !== '' && value >= least && value <= most && (!isWhole || Number.isInteger(value))) {
    const name = option === 'max-output-tokens' ? 'maxOutputTokens' : option;
    return { [name]: value };
  }
  const range = Number.isFinite(most) ? `from ${least} to ${most}` : `of ${least} or more`;
  throw wrongUse(
    `\`--${option}\` is "${String(given)}".`,
    `Give a ${isWhole ? 'whole ' : ''}number ${range}.`,
  );
}

/**
 * Does the work of each row, some rows at a time, in any order. A row that fails does not end the
 * others; an interruption lets those finish that have begun, and is thrown then.
 */
export async function eachRow(
  rows: readonly LabelRow[],
  work: (row: LabelRow) => Promise<void>,
  { concurrency, signal }: { readonly concurrency: number; readonly signal: AbortSignal },
): Promise<FailedRow[]> {
  const left = rows.values();
  const failed: FailedRow[] = [];
  const worker = async () => {
    for (const row of left) {
      if (signal.aborted) return;
      await work(row).catch((error: unknown) => {
        if (!TandemError.isInstance(error) || isOurs(error)) {
          left.return?.();
          throw error;
        }
        failed.push({ id: row.id, error: error.message });
      });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return failed;
}

// A file that cannot be written, or a rule that cannot judge, fails for every row.
function isOurs({ code }: TandemError): boolean {
  return code === 'invalid_argument' || code === 'unknown_name';
}

/** Asks for what a row lacks, and keeps each answer before the next is asked for. */
export async function filled(
  row: LabelRow,
  { collect, decoding }: Asking,
  kept: KeptRows,
): Promise<LabelRow> {
  let known = row;
  if (known.local?.answer === undefined) {
    const local = await collectDraft(known, collect);
    known = { ...known, decoding, local };
    kept.keepAnswers(known);
  }
  if (known.cloud?.answer === undefined) {
    const cloud = await collectAnswer(known, collect);
    known = { ...known, decoding: known.decoding ?? decoding, cloud };
    kept.keepAnswers(known);
  }
  return known;
}
