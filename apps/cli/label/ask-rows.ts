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
  const { temperature, 'max-output-tokens': maxOutputTokens } = options as {
    readonly temperature?: number;
    readonly 'max-output-tokens'?: number;
  };
  const decoding = {
    ...(temperature !== undefined && { temperature }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
  const { roles, config } = await openWorkspace(invocation);
  const { local, cloud } = roles;
  if (!local || !cloud) {
    throw wrongUse(
      'Two models are needed to ask.',
      'Give `--local MODEL` and `--cloud MODEL`, or configure them.',
    );
  }
  const names =
    (options.signals as string | undefined) ?? 'minProbability,lowProbability,characters,workedOut';
  return {
    collect: {
      local,
      cloud,
      signals: names.split(',').map(name => name.trim()),
      callOf: ({ prompt }) => userCall(prompt, decoding),
      run: { prices: config.prices ?? {} },
    },
    decoding,
    concurrency: options.concurrency as number,
  };
}

/** Whose answers the log may hold. */
export function askedOf({ collect, decoding }: Asking): Asked {
  return { local: collect.local.modelId, cloud: collect.cloud.modelId, decoding };
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
