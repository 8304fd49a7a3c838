import {
  type Calibration,
  calibrate,
  type Demands,
  type OutcomeRow,
} from '../../../src/entries/eval.ts';
import { TandemError } from '../../../src/index.ts';
import { type Decided, decide, outcomesOf, type Pair, type Shares, sharesOf } from '../cascaded.ts';
import {
  bankingTask,
  drawBanking,
  drawSums,
  type Item,
  sumsTask,
  type Task,
} from '../deciding-tasks.ts';
import { countFigure, type Figure, type Measured, money, resampled, share } from '../figures.ts';
import { type Bench, pairOf } from '../stand.ts';

const seeds = { fitted: 21, tested: 22, held: 23, banking: 12 };

/** Whether a cascade tells right drafts from wrong ones, and what it says that it saved. */
export async function decisions(bench: Bench): Promise<Measured> {
  const pair = await pairOf(bench);
  if (typeof pair === 'string') return { figures: [], skipped: [`decisions: ${pair}`] };
  const figures = await onSums(bench, pair);
  if (bench.banking77 === undefined) {
    return { figures, skipped: ['BANKING77: no file is given (`--banking77 FILE`)'] };
  }
  return { figures: [...figures, ...(await onBanking(bench, pair, bench.banking77))], skipped: [] };
}

// All labels stand first in each prompt, so that a server reads them once; the message is last.
async function onBanking(bench: Bench, pair: Pair, file: string): Promise<Figure[]> {
  const count = bench.rows ?? 300;
  const others = Math.min(160, Math.max(40, Math.round(count / 2)));
  const items = drawBanking(file, count + others, seeds.banking);
  bench.note(`BANKING77: ${others} messages to fit on, ${count} to test on`);
  const { log } = await outcomesOf(pair, bankingTask, items.slice(0, others));
  const tested = items.slice(others);
  const { rows } = await outcomesOf(pair, bankingTask, tested);
  const byDefault = await decide(pair, bankingTask, tested);
  const calibration = fittedOn(log, { maxEscalation: 0.5, confidence: 0.8 });
  const fitted = calibration && (await decide(pair, bankingTask, tested, { calibration }));
  const gates = [
    ['default gate', byDefault],
    ...(fitted ? [['gate fitted on other messages', fitted] as const] : []),
  ] as const;
  return [
    ...gates.flatMap(([gate, decided]) => [
      ...gateFigures(bankingTask, gate, sharesOf(rows, decided)),
      aboveCoin(`${bankingTask.name}, ${gate}`, rows, decided),
    ]),
    ...(fitted ? [] : [refused('BANKING77, gate fitted to send 50 % at most', log)]),
    moneyFigure(bankingTask, byDefault),
  ];
}

async function onSums(bench: Bench, pair: Pair): Promise<Figure[]> {
  const count = (most: number) => Math.min(most, Math.max(40, bench.rows ?? most));
  const fitted = drawSums(count(160), seeds.fitted);
  const tested = drawSums(bench.rows ?? 220, seeds.tested, fitted);
  const held = drawSums(Math.min(100, bench.rows ?? 100), seeds.held, [...fitted, ...tested]);
  bench.note(`sums: ${fitted.length} to fit on, ${tested.length} to test on, ${held.length} more`);
  const { rows } = await outcomesOf(pair, sumsTask, tested);
  const byDefault = await decide(pair, sumsTask, tested);
  const { log } = await outcomesOf(pair, sumsTask, fitted);
  return [
    ...gateFigures(sumsTask, 'default gate', sharesOf(rows, byDefault)),
    moneyFigure(sumsTask, byDefault),
    ...(await fittedFigures({ pair, log, tested, rows })),
    ...(await guaranteeFigures({ pair, log, held })),
  ];
}

type Log = Awaited<ReturnType<typeof outcomesOf>>['log'];

// What a program can work out, such as a sum, is a half where it says nothing.
const fittedSignals = ['valueProbability', 'workedOut'];

// Few rows may all be right, or none: then nothing can be fitted.
function fittedOn(log: Log, demands: Demands): Calibration | undefined {
  const about = { name: 'sums', date: new Date().toISOString().slice(0, 10) };
  try {
    return calibrate(log, { ...about, signals: fittedSignals, demands }).calibration;
  } catch (error) {
    if (TandemError.isInstance(error)) return undefined;
    throw error;
  }
}

async function fittedFigures(given: {
  readonly pair: Pair;
  readonly log: Log;
  readonly tested: readonly Item[];
  readonly rows: readonly OutcomeRow[];
}): Promise<Figure[]> {
  const { pair, log, tested, rows } = given;
  const calibration = fittedOn(log, { maxEscalation: 0.4, confidence: 0.8 });
  if (!calibration) return [refused('sums, gate fitted to send 40 % at most', log)];
  const shares = sharesOf(rows, await decide(pair, sumsTask, tested, { calibration }));
  const [accuracy, sent] = gateFigures(sumsTask, 'gate fitted on other sums', shares);
  return [
    { ...accuracy!, wanted: { says: '≥ .80', holds: shares.accuracy >= 0.8 } },
    { ...sent!, wanted: { says: '≤ .40', holds: shares.sent <= 0.4 } },
  ];
}

async function guaranteeFigures(given: {
  readonly pair: Pair;
  readonly log: Log;
  readonly held: readonly Item[];
}): Promise<Figure[]> {
  const { pair, log, held } = given;
  const calibration = fittedOn(log, { quality: 0.9, confidence: 0.95 });
  const what = 'sums, promised ratio .9';
  if (!calibration) return [refused(what, log)];
  const { rows } = await outcomesOf(pair, sumsTask, held);
  const decided = await decide(pair, sumsTask, held, { calibration });
  const { n, accuracy, cloud, sent } = sharesOf(rows, decided);
  const interval = resampled(n, weights => {
    const of = (value: (index: number) => number) =>
      weights.reduce((sum, weight, index) => sum + weight * value(index), 0);
    return of(index => Number(decided[index]!.isRight)) / of(index => rows[index]!.cloud.correct);
  });
  const ratio = accuracy / cloud;
  return [
    {
      what: `${what}: kept on other requests`,
      value: share(ratio),
      n,
      interval: written(interval),
      baseline: `cloud alone ${share(cloud)}`,
      wanted: { says: '≥ .9', holds: ratio >= 0.9 },
    },
    countFigure(`${what}: sent`, [Math.round(sent * n), n], {
      wanted: ['≤ .65', sentShare => sentShare <= 0.65],
    }),
  ];
}

function refused(what: string, { rows }: Log): Figure {
  return {
    what,
    value: 'refused: no threshold holds',
    n: rows.length,
    wanted: { says: 'a threshold', holds: false },
  };
}

function gateFigures({ name }: Task, gate: string, shares: Shares): Figure[] {
  const { n, local, cloud, accuracy, sent, coin, perfect } = shares;
  return [
    countFigure(`${name}, ${gate}: right`, [Math.round(accuracy * n), n], {
      baseline:
        `local ${share(local)}, cloud ${share(cloud)}, coin ${share(coin)}, ` +
        `perfect ${share(perfect)}`,
    }),
    countFigure(`${name}, ${gate}: sent`, [Math.round(sent * n), n]),
  ];
}

// The coin has no luck of its own: each request counts as what it would give on average.
function aboveCoin(name: string, rows: readonly OutcomeRow[], decided: readonly Decided[]): Figure {
  const difference = (weights: Float64Array) => {
    let [sent, all, gained] = [0, 0, 0];
    for (const [index, weight] of weights.entries()) {
      all += weight;
      sent += weight * Number(decided[index]!.isSent);
    }
    for (const [index, weight] of weights.entries()) {
      const { local, cloud } = rows[index]!;
      const coin = (1 - sent / all) * local.correct + (sent / all) * cloud.correct;
      gained += weight * (Number(decided[index]!.isRight) - coin);
    }
    return gained / all;
  };
  const interval = resampled(rows.length, difference);
  return {
    what: `${name}: above a coin of the same share`,
    value: share(difference(new Float64Array(rows.length).fill(1))),
    n: rows.length,
    interval: written(interval),
    baseline: 'a coin: 0',
    wanted: { says: 'interval above 0', holds: interval.low > 0 },
  };
}

function moneyFigure({ name }: Task, decided: readonly Decided[]): Figure {
  const sum = (of: (each: Decided) => number) => decided.reduce((all, each) => all + of(each), 0);
  const [said, truth] = [sum(each => each.savedUsd), sum(each => each.trulySavedUsd)];
  const interval = resampled(decided.length, weights =>
    weights.reduce((all, weight, index) => all + weight * decided[index]!.savedUsd, 0),
  );
  return {
    what: `${name}: summed \`saved\``,
    value: money(said),
    n: decided.length,
    interval: `${money(interval.low)} to ${money(interval.high)}`,
    baseline: `counted on the wire ${money(truth)}`,
    wanted: {
      says: 'within 10 % of the wire',
      holds:
        Math.sign(said) === Math.sign(truth) && Math.abs(said - truth) <= 0.1 * Math.abs(truth),
    },
  };
}

function written({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${share(low)} to ${share(high)}`;
}
