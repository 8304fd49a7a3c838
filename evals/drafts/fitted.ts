import type { MeasuredDraft } from './measure.ts';

const rounds = 400;
const shrinkage = 1;

/**
 * Scores each draft by a logistic regression over all signals, fitted to drafts of other tasks by
 * other models: what a gate that is fitted once is worth where it was not.
 */
export function fittedScores(drafts: readonly MeasuredDraft[]): number[] {
  const scorers = new Map<string, (draft: MeasuredDraft) => number>();
  return drafts.map(draft => {
    const key = `${draft.model} ${draft.task}`;
    const known = scorers.get(key);
    if (known) return known(draft);
    const others = drafts.filter(({ model, task }) => model !== draft.model && task !== draft.task);
    const made = fit(others);
    scorers.set(key, made);
    return made(draft);
  });
}

function featuresOf({ signals, tokens, text }: MeasuredDraft): number[] {
  const words = text.split(/\s+/).length;
  const isValue = words <= 3 ? 1 : 0;
  return [logit(signals.mean), logit(signals.least), logit(signals.gate), isValue, log(tokens)];
}

function log({ length }: readonly unknown[]): number {
  return Math.log(length);
}

function logit(share: number): number {
  const kept = Math.min(1 - 1e-5, Math.max(1e-5, share));
  return Math.log(kept / (1 - kept));
}

function fit(drafts: readonly MeasuredDraft[]): (draft: MeasuredDraft) => number {
  const rows = drafts.map(featuresOf);
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, at) => rows.map(row => row[at]!));
  const means = columns.map(column => sum(column) / column.length);
  const spreads = columns.map(
    (column, at) => Math.sqrt(sum(column.map(x => (x - means[at]!) ** 2)) / column.length) || 1,
  );
  const scaled = (row: readonly number[]) => row.map((x, at) => (x - means[at]!) / spreads[at]!);
  const samples = rows.map(scaled);
  const weights = Array<number>(width + 1).fill(0);
  const score = (row: readonly number[]) =>
    row.reduce((s, x, at) => s + x * weights[at]!, weights[width]!);
  for (let round = 0; round < rounds; round++) {
    const slopes = weights.map((weight, at) => (at < width ? shrinkage * weight : 0));
    for (const [place, row] of samples.entries()) {
      const error = 1 / (1 + Math.exp(-score(row))) - (drafts[place]!.isRight ? 1 : 0);
      for (const [at, x] of row.entries()) slopes[at]! += error * x;
      slopes[width]! += error;
    }
    for (const [at, slope] of slopes.entries()) weights[at]! -= slope / samples.length;
  }
  return draft => score(scaled(featuresOf(draft)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
