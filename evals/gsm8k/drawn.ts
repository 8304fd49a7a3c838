import {
  type Calibration,
  calibrate,
  type Demands,
  type OutcomeRow,
  operatingPointAt,
  type readOutcomes,
  scoreRows,
  seededRandom,
} from '../../src/entries/eval.ts';
import type { EvalRow } from '../result.ts';

const draws = 400;
const rowsADraw = 238;
// Of 400 draws at an error of .05, so many or more have a chance of one in a hundred.
const mostFailures = 31 / draws;

/**
 * How often a calibrated cascade falls short of its quality in 400 draws of calibration rows, with
 * replacement, from all rows that its gate was not fitted on: what holds for those is known.
 */
export function drawnRows(
  what: string,
  demands: Demands,
  log: ReturnType<typeof readOutcomes>,
): EvalRow[] {
  const fitted = log.rows.filter(({ split }) => split === 'train');
  const others = log.rows.filter(({ split }) => split !== 'train');
  const random = seededRandom(29);
  const sums = { failures: 0, sent: 0, refused: 0 };
  for (let draw = 0; draw < draws; draw++) {
    const cal = Array.from({ length: rowsADraw }, (_, place): OutcomeRow => {
      const row = others[Math.floor(random() * others.length)]!;
      return { ...row, id: `${place} ${row.id}`, split: 'cal' };
    });
    const rows = [...fitted, ...cal];
    const { calibration } = calibrate({ ...log, rows }, { name: 'drawn', demands, date: '' });
    if (!calibration) sums.refused++;
    else if (qualityOn(others, calibration) < demands.quality!) sums.failures++;
    sums.sent += calibration ? sentOn(others, calibration) : 1;
  }
  const head = `${what}, 400 draws of ${rowsADraw} rows`;
  return [
    {
      what: `${head}: fall short`,
      value: sums.failures / draws,
      wanted: `at most ${mostFailures}`,
      isMet: sums.failures / draws <= mostFailures,
    },
    { what: `${head}: sent to the cloud; refused`, value: shown(sums) },
  ];
}

function shown({ sent, refused }: { sent: number; refused: number }): string {
  return `${(sent / draws).toFixed(3)}; ${(refused / draws).toFixed(3)}`;
}

function qualityOn(rows: readonly OutcomeRow[], calibration: Calibration): number {
  const { threshold, demands } = calibration;
  return operatingPointAt(scoreRows(calibration, rows), threshold)[demands.measure];
}

function sentOn(rows: readonly OutcomeRow[], calibration: Calibration): number {
  return operatingPointAt(scoreRows(calibration, rows), calibration.threshold).escalation;
}
