import { keptThreshold, type Policy, type readOutcomes } from '../../src/entries/eval.ts';
import { seededRandom } from '../../src/testing/index.ts';
import type { EvalRow } from '../result.ts';
import { zoneRows } from './zones.ts';

const draws = 400;
const rowsADraw = 500;
const demand = { ratio: 0.95, confidence: 0.95 };
// Of 400 draws at an error of .05, so many or more have a chance of one in a hundred.
const mostFailures = 31 / draws;

/**
 * How often the kept quality falls short in 400 draws of calibration rows (or whole sources), with
 * replacement, from all rows: what holds for all of them is then known. Each row was scored by
 * weights that had not seen it.
 */
export function guaranteeRows(
  name: string,
  log: ReturnType<typeof readOutcomes>,
  { policy, units }: { readonly policy: Policy; readonly units: readonly ('rows' | 'sources')[] },
): EvalRow[] {
  const all = log.rows.map(({ local, cloud, group = '' }, index) => ({
    score: 1 - policy.urgency[index]!,
    local: local.correct,
    cloud: cloud.correct,
    source: group,
  }));
  return units.flatMap(unit => {
    const found = failuresOf(all, unit);
    const what = `${name}, .95 kept at .95, over ${unit}`;
    return [
      {
        what: `${what}: draws that fall short`,
        value: found.failures,
        wanted: `at most ${mostFailures}`,
        isMet: found.failures <= mostFailures,
      },
      { what: `${what}: the same of the point estimate`, value: found.pointFailures },
      { what: `${what}: sent to the cloud`, value: found.sent },
      { what: `${what}: sent by the point estimate`, value: found.pointSent },
      ...zoneRows(name, all, { unit, draws, mostFailures, draw: drawnOf(unit) }),
    ];
  });
}

/** A row with the score of weights that had not seen it, and its source. */
export type ScoredRow = Parameters<typeof keptThreshold>[0][number] & { readonly source: string };

function failuresOf(all: readonly ScoredRow[], unit: 'rows' | 'sources') {
  const random = seededRandom(17);
  const truth = outcomesByThreshold(all);
  const sums = { failures: 0, pointFailures: 0, sent: 0, pointSent: 0 };
  for (let draw = 0; draw < draws; draw++) {
    const drawn = drawnOf(unit)(all, random);
    const { localFrom, point } = keptThreshold(drawn, { ...demand, unit });
    const [kept, guessed] = [truth(localFrom), truth(point.localFrom)];
    if (kept.ratio < demand.ratio) sums.failures++;
    if (guessed.ratio < demand.ratio) sums.pointFailures++;
    sums.sent += kept.sent;
    sums.pointSent += guessed.sent;
  }
  return {
    failures: sums.failures / draws,
    pointFailures: sums.pointFailures / draws,
    sent: sums.sent / draws,
    pointSent: sums.pointSent / draws,
  };
}

function drawnOf(unit: 'rows' | 'sources') {
  return unit === 'rows' ? drawnRows : drawnSources;
}

function outcomesByThreshold(all: readonly ScoredRow[]) {
  const cloudRight = all.reduce((sum, { cloud }) => sum + cloud, 0);
  return (localFrom: number) => {
    let [right, sent] = [0, 0];
    for (const { score, local, cloud } of all) {
      right += score >= localFrom ? local : cloud;
      sent += score >= localFrom ? 0 : 1;
    }
    return { ratio: right / cloudRight, sent: sent / all.length };
  };
}

function drawnRows(all: readonly ScoredRow[], random: () => number): ScoredRow[] {
  return Array.from({ length: rowsADraw }, () => all[Math.floor(random() * all.length)]!);
}

// Whole sources, each drawn one being a source of its own.
function drawnSources(all: readonly ScoredRow[], random: () => number): ScoredRow[] {
  const names = [...new Set(all.map(({ source }) => source))];
  return names.flatMap((_, place) => {
    const name = names[Math.floor(random() * names.length)]!;
    return all
      .filter(({ source }) => source === name)
      .map(row => ({ ...row, source: `${place} ${name}` }));
  });
}
