import { auroc, bootstrap, seededRandom } from '../../src/entries/eval.ts';
import type { EvalResult, EvalRow } from '../result.ts';
import { collectDrafts, readDrafts } from './collect.ts';
import { fittedScores } from './fitted.ts';
import { type MeasuredDraft, measured, type SignalName, signalNames } from './measure.ts';

const each = 40;

/**
 * `npm run evals -- drafts FILE [URL MODEL]`: how well each signal tells right drafts of real small
 * models from wrong ones. With the address of an OpenAI-compatible server and the name of its model
 * its drafts are collected into the file first; no row of them is part of the project.
 */
export async function draftsEval([file, url, name]: readonly string[]): Promise<EvalResult> {
  const about = { eval: 'drafts', notes };
  if (file === undefined)
    return { ...about, rows: [], skipped: 'no file of drafts: drafts FILE [URL MODEL]' };
  if (url !== undefined && name !== undefined)
    await collectDrafts({ file, url, name, each, temperature: 0 });
  const drafts = await measured(readDrafts(file), each);
  const models = [...new Set(drafts.map(({ model }) => model))];
  const fitted = fittedScores(drafts);
  const rowsWhere = (name: string, isOne: (draft: MeasuredDraft) => boolean) =>
    rowsOf(
      name,
      drafts.filter(isOne),
      fitted.filter((_, place) => isOne(drafts[place]!)),
    );
  return {
    ...about,
    rows: [
      ...rowsOf('all', drafts, fitted),
      ...rowsWhere('of questions that no program works out', ({ isWorkedOut }) => !isWorkedOut),
      ...models.flatMap(one => rowsWhere(one, ({ model }) => model === one)),
    ],
  };
}

const notes = [
  'Questions with exact truth, made from a seed; decoded at temperature 0. `gate` is the default',
  'gate where log-probabilities come: it works out what a program can. `fitted` is a logistic',
  'regression over all signals, fitted to other tasks of other models. AUROC of "this draft is',
  'right"; intervals are of 300 resamples.',
];

function rowsOf(
  name: string,
  drafts: readonly MeasuredDraft[],
  fitted: readonly number[],
): EvalRow[] {
  const right = drafts.map(({ isRight }) => (isRight ? 1 : 0) as number);
  const count = right.filter(each => each === 1).length;
  const head = { what: name, value: `${drafts.length} drafts, ${count} right` };
  if (count === 0 || count === drafts.length) return [head];
  const of = (signal: SignalName) => drafts.map(draft => draft.signals[signal]);
  const singles = signalNames.filter(signal => signal !== 'gate');
  const known = singles.map(signal => ({ signal, value: auroc(of(signal), right) }));
  const best = known.reduce((a, b) => (b.value > a.value ? b : a));
  const said = known.map(({ signal, value }) => `${signal} ${value.toFixed(3)}`).join(', ');
  const gap = (scores: readonly number[]) => pairedGap(scores, of(best.signal), right);
  return [
    head,
    { what: '  single signals', value: said },
    { what: `  gate, and above ${best.signal}`, value: shown(of('gate'), right, gap) },
    { what: `  fitted, and above ${best.signal}`, value: shown(fitted, right, gap) },
    { what: '  wrong drafts sent by the gate at 10, 25, 50 % of right ones', value: curve(drafts) },
    { what: '  at the default thresholds', value: decided(drafts) },
    ...agreementRow(drafts),
    ruledRow(drafts),
  ];
}

function shown(
  scores: readonly number[],
  right: readonly number[],
  gap: (scores: readonly number[]) => string,
): string {
  return `${auroc(scores, right).toFixed(3)}; ${gap(scores)}`;
}

function pairedGap(
  scores: readonly number[],
  others: readonly number[],
  right: readonly number[],
): string {
  const weighted = (values: readonly number[], weights: Float64Array) => {
    const drawn = [...weights].flatMap((weight, place) => Array<number>(weight).fill(place));
    return auroc(
      drawn.map(place => values[place]!),
      drawn.map(place => right[place]!),
    );
  };
  const gap = (weights: Float64Array) => weighted(scores, weights) - weighted(others, weights);
  const cases = { cases: scores.length, random: seededRandom(1), resamples: 300 };
  const { low, high } = bootstrap({ gap }, cases).gap;
  return `${low.toFixed(3)} to ${high.toFixed(3)}`;
}

function curve(drafts: readonly MeasuredDraft[]): string {
  const rising = (isRight: boolean) =>
    drafts
      .filter(draft => draft.isRight === isRight)
      .map(({ signals }) => signals.gate)
      .sort((a, b) => a - b);
  const [right, wrong] = [rising(true), rising(false)];
  return [0.1, 0.25, 0.5]
    .map(share => {
      const threshold = right[Math.floor(share * right.length)]!;
      return (wrong.filter(score => score < threshold).length / wrong.length).toFixed(2);
    })
    .join(', ');
}

function decided(drafts: readonly MeasuredDraft[]): string {
  const sent = (isRight: boolean) => {
    const those = drafts.filter(draft => draft.isRight === isRight);
    return (those.filter(({ isKept }) => !isKept).length / those.length).toFixed(2);
  };
  return `${sent(false)} of wrong ones sent, ${sent(true)} of right ones`;
}

// Two of three samples must agree where no log-probabilities come and nothing is worked out.
function agreementRow(drafts: readonly MeasuredDraft[]): EvalRow[] {
  const compared = drafts.filter(({ agreement }) => agreement !== undefined);
  const stays = compared.filter(({ agreement = 0, isKept, isWorkedOut }) =>
    isWorkedOut ? isKept : agreement > 0.66,
  );
  const right = compared.filter(({ isRight }) => isRight).length;
  if (right === 0) return [];
  const kept = stays.filter(({ isRight }) => isRight).length;
  const value =
    `${(kept / right).toFixed(2)} of ${right} right ones stay; ` +
    `${stays.length - kept} of ${stays.length} that stay are wrong`;
  return [{ what: '  short answers without log-probabilities', value }];
}

function ruledRow(drafts: readonly MeasuredDraft[]): EvalRow {
  const right = drafts.filter(({ isRight }) => isRight);
  const ruled = right.filter(({ isNoAnswer }) => isNoAnswer).length;
  return {
    what: '  right drafts refused as non-answers',
    value: ruled / right.length,
    wanted: 'at most 0.02',
    isMet: ruled / right.length <= 0.02,
  };
}
