import {
  type Recalibrated,
  readCalibration,
  readOutcomes,
  recalibrate,
} from '../../../src/entries/eval.ts';
import { type Invocation, wrongUse } from '../command.ts';
import { wrapText } from '../layout.ts';
import { writeWhole } from '../write-whole.ts';

/**
 * `tandem calibrate --again FILE LOG`: takes further rows and writes what they show into the file,
 * or into `--out`. Exit code 1 where the threshold in use is refuted.
 */
export function goOn({ positionals, options, terminal }: Invocation, file: string): number {
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0)
    throw wrongUse('One log must be given.', 'Write `tandem calibrate --again FILE LOG`.');
  const before = readCalibration(file);
  const { rows } = readOutcomes(path, { split: options.split as string | undefined });
  const found = recalibrate(before, rows, new Date().toISOString().slice(0, 10));
  const { calibration, ...about } = found;
  const out = (options.out as string | undefined) ?? file;
  writeWhole(out, `${JSON.stringify(calibration, null, 2)}\n`);
  if (options.json) terminal.out(`${JSON.stringify({ file: out, calibration, ...about })}\n`);
  else {
    const word = found.isRefuted ? terminal.style.bad('refuted') : terminal.style.good('written');
    terminal.out(
      `${word}  ${out}\n${wrapText(said(found, before.threshold), terminal.style, '  ')}\n`,
    );
  }
  return found.isRefuted ? 1 : 0;
}

function said(found: Recalibrated, before: number): string {
  const { calibration, isLasting, isRefuted, taken, leftOut, needed, evidence } = found;
  const rows =
    `${taken} rows taken` + (leftOut === 0 ? '' : `, ${leftOut} left out that were seen before`);
  if (isRefuted) {
    const advice = 'Calibrate again on rows of this traffic, and use the cloud until then.';
    return `${rows}. The threshold ${before.toFixed(4)} keeps its promise no more. ${advice}`;
  }
  if (!isLasting) {
    const has = `the best threshold has ${evidence.toFixed(1)} of the ${needed.toFixed(0)}`;
    return (
      `${rows}. No threshold stands on the rows since alone: ${has} that it needs. The threshold ` +
      `${before.toFixed(4)} and its own guarantee stay.`
    );
  }
  const { threshold, guarantee } = calibration;
  const moved = threshold === before ? 'stays' : `was ${before.toFixed(4)}`;
  return `${rows}. Threshold ${threshold.toFixed(4)} (${moved}). ${guarantee}`;
}
