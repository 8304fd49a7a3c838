import { type LabelAgreement, type LabelRow, labelAgreement } from '../../../src/entries/eval.ts';
import { TandemError } from '../../../src/index.ts';
import type { Invocation } from '../command.ts';
import type { Labelled } from './judge-rows.ts';
import { type KeptRows, partOf } from './kept-rows.ts';

/** What a run of the command ended in. */
export interface LabelFacts extends Labelled {
  readonly out: string;
  readonly by: string;
  /** Rows that were to be labelled. */
  readonly given: number;
  /** Rows that the log held beside them, and keeps. */
  readonly others: readonly LabelRow[];
  readonly kept: KeptRows;
}

/** Writes the log in order and says what is in it; returns the exit code. @throws TandemError */
export function reportLabels(invocation: Invocation, facts: LabelFacts): number {
  const { terminal, options } = invocation;
  const { rows, failed, out, by, others, kept } = facts;
  tellFailures(invocation, facts);
  if (rows.length === 0) throw nothingLabelled(facts);
  kept.finish([...rows, ...others]);
  const agreement = labelAgreement(facts.pairs);
  const summary = {
    out,
    by,
    rows: rows.length,
    skipped: facts.skipped,
    local: shareRight(rows, 'local'),
    cloud: shareRight(rows, 'cloud'),
    ...(failed.length > 0 && { failed }),
    ...(agreement && { agreement }),
  };
  if (options.json) terminal.out(`${JSON.stringify(summary)}\n`);
  else terminal.out(linesOf(facts, agreement));
  tellWorth(invocation, by, agreement);
  return failed.length > 0 ? 1 : 0;
}

function nothingLabelled({ failed, given, by }: LabelFacts): TandemError {
  const [first] = failed;
  return first
    ? new TandemError(
        'model_failed',
        `None of ${given} rows was labelled; "${first.id}" failed: ${first.error}`,
        { data: { failed: failed.length } },
      )
    : new TandemError(
        'invalid_argument',
        `None of ${given} rows could be labelled by ${by}. Give references, or another rule.`,
      );
}

const mostShown = 20;

function tellFailures({ terminal, options }: Invocation, { failed, out, given }: LabelFacts): void {
  if (failed.length === 0) return;
  for (const { id, error } of options.json ? [] : failed.slice(0, mostShown))
    terminal.note(`${terminal.style.bad('failed')}  ${id}: ${error}`);
  terminal.note(
    `${failed.length} of ${given} rows failed. What was answered is kept in "${out}" and ` +
      `"${partOf(out)}"; the same command asks for the rest.`,
  );
}

function shareRight(rows: readonly LabelRow[], role: 'local' | 'cloud'): number {
  return rows.reduce((sum, row) => sum + (row[role]?.correct ?? 0), 0) / rows.length;
}

function linesOf(
  { rows, skipped, others, out }: LabelFacts,
  agreement: LabelAgreement | undefined,
): string {
  const left = skipped > 0 ? `; ${skipped} left out, which could not be told` : '';
  const more = others.length > 0 ? `; ${others.length} other rows stay in it` : '';
  const local = shareRight(rows, 'local').toFixed(3);
  const cloud = shareRight(rows, 'cloud').toFixed(3);
  const line = `${rows.length} rows in ${out}: local right ${local}, cloud ${cloud}${left}${more}.`;
  return `${line}\n${agreement ? agreementText(agreement) : ''}`;
}

function tellWorth(
  { terminal }: Invocation,
  by: string,
  agreement: LabelAgreement | undefined,
): void {
  if (by === 'agreement') {
    terminal.note(
      'Labels are agreement with the cloud, which is taken to be right: no more is known.',
    );
  } else if (by === 'feedback') {
    terminal.note(
      'Readers saw one answer of each row. Where the draft was shown, the larger model is taken ' +
        'to be right; where a liked answer replaced another draft, that draft to be wrong.',
    );
  } else if (by === 'judge' && !agreement) {
    terminal.note(
      'Nobody has checked the judge. Label some rows by `--by person` first, and give them with ' +
        'the rest.',
    );
  }
}

function agreementText({ compared, share, interval, kappa }: LabelAgreement): string {
  return (
    `Agreement with ${compared} labels that were there: ${share.toFixed(3)} ` +
    `(${interval.low.toFixed(3)} to ` +
    `${interval.high.toFixed(3)}), kappa ` +
    `${Number.isNaN(kappa) ? 'undefined' : (Math.round(100 * kappa) / 100 || 0).toFixed(2)}.\n`
  );
}
