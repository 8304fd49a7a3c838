import {
  keptThreshold,
  seededRandom,
  threeOutcomes,
  threeOutcomesOverSources,
} from '../../src/entries/eval.ts';
import type { EvalResult, EvalRow } from '../result.ts';
import { type Row, rowShapes, type Source, sourceShapes } from './shapes.ts';

const draws = 400;
// Of 400 draws at an error of .05, so many or more have a chance of one in a hundred.
const mostFailures = 31 / draws;
const demand = { ratio: 0.95, confidence: 0.95 };
const accuracy = 0.9;

/**
 * `npm run evals -- promises`: how often what a router promises falls short on populations that are
 * built to break it. Nothing is read and no model is asked.
 */
export async function promisesEval(): Promise<EvalResult> {
  const rows: EvalRow[] = [];
  for (const [shape, population] of Object.entries(rowShapes()))
    rows.push(...measured(`rows, ${shape}`, rowPlan(population)));
  for (const [shape, sources] of Object.entries(sourceShapes()))
    rows.push(...measured(`19 sources, ${shape}`, sourcePlan(sources, 19)));
  return {
    eval: 'promises',
    notes: [
      'Drawn populations, no log and no model: 400 draws each of 150 rows, or of 19 whole sources.',
      'A draw falls short where what was promised at .95 is not true of the whole population. Of',
      'the last two shapes a draw may hold no source of the bad kind, which no test can then see.',
    ],
    rows,
  };
}

interface Plan {
  readonly all: readonly Row[];
  /** Whether a draw may hold nothing of what makes the population bad. */
  readonly mayMiss: boolean;
  draw(random: () => number): readonly Row[];
  readonly unit: 'rows' | 'sources';
}

function rowPlan(all: readonly Row[]): Plan {
  const pick = (random: () => number) => all[Math.floor(random() * all.length)]!;
  return {
    all,
    mayMiss: false,
    unit: 'rows',
    draw: random => Array.from({ length: 150 }, () => pick(random)),
  };
}

function sourcePlan({ sources, mayMiss }: Source, count: number): Plan {
  return {
    all: sources.flat(),
    mayMiss,
    unit: 'sources',
    draw: random =>
      Array.from({ length: count }, (_, place) =>
        sources[Math.floor(random() * sources.length)]!.map(row => ({
          ...row,
          source: String(place),
        })),
      ).flat(),
  };
}

function measured(what: string, plan: Plan): EvalRow[] {
  return [
    row(
      `.95 kept, ${what}`,
      plan,
      failures(plan, drawn => keepsLess(plan.all, drawn, plan.unit)),
    ),
    row(
      `zones of .9, ${what}`,
      plan,
      failures(plan, drawn => isLessRight(plan.all, drawn, plan)),
    ),
  ];
}

function row(what: string, { mayMiss }: Plan, found: { short: number; acts: number }): EvalRow {
  const value = `${found.short.toFixed(3)}; ${found.acts.toFixed(2)}`;
  if (mayMiss) return { what, value };
  return { what, value, wanted: `at most ${mostFailures}`, isMet: found.short <= mostFailures };
}

interface Ending {
  readonly isShort: boolean;
  /** The share that is not sent to the cloud, or that is decided. */
  readonly acts: number;
}

function failures({ draw }: Plan, endingOf: (drawn: readonly Row[]) => Ending) {
  const random = seededRandom(31);
  const sums = { short: 0, acts: 0 };
  for (let at = 0; at < draws; at++) {
    const { isShort, acts } = endingOf(draw(random));
    sums.short += isShort ? 1 / draws : 0;
    sums.acts += acts / draws;
  }
  return sums;
}

function keepsLess(all: readonly Row[], drawn: readonly Row[], unit: Plan['unit']): Ending {
  const { localFrom } = keptThreshold(drawn, { ...demand, unit });
  let [right, wanted, acts] = [0, 0, 0];
  for (const { score, local, cloud } of all) {
    right += score >= localFrom ? local : cloud;
    wanted += cloud;
    acts += score >= localFrom ? 1 / all.length : 0;
  }
  return { isShort: right / wanted < demand.ratio - 1e-9, acts };
}

function isLessRight(all: readonly Row[], drawn: readonly Row[], { unit }: Plan): Ending {
  const find = unit === 'rows' ? threeOutcomes : threeOutcomesOverSources;
  const { localFrom, cloudBelow, share } = find(
    drawn.map(each => ({ ...each, need: needOf(each) })),
    accuracy,
  );
  if (share === 0) return { isShort: false, acts: 0 };
  let [right, count] = [0, 0];
  for (const each of all) {
    if (each.score < localFrom && each.score >= cloudBelow) continue;
    count++;
    right += each.score >= localFrom ? 1 - needOf(each) : needOf(each);
  }
  return { isShort: count > 0 && right / count < accuracy - 1e-9, acts: count / all.length };
}

function needOf({ local, cloud }: Row): number {
  return Math.max(0, cloud - local);
}
