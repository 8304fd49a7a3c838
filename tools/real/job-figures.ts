import type { Figure } from './figures.ts';

// `  what  28 of 45 (62 %, 48 to 75)  (at least 90 %: met)`
const row = /^ {2}(\S.*?) {2,}(.+?)(?: {2}\((.+): (met|MISSED)\))?$/;

/** Reads the figures that the program of a job prints; its notes are no figures. */
export function jobFigures(job: string, text: string): Figure[] {
  return text.split('\n').flatMap(line => {
    const found = row.exec(line);
    if (!found) return [];
    const [, what = '', told = '', says, verdict] = found;
    const counted = /^(\d+ of (\d+)) \(\d+ %, (\d+) to (\d+)\)$/.exec(told);
    return [
      {
        what: `${job}: ${what}`,
        value: counted?.[1] ?? told.replace(/ {2,}/g, ', '),
        n: Number(counted?.[2] ?? /of (\d+)/.exec(told)?.[1] ?? 1),
        ...(counted && { interval: `${digits(counted[3]!)} to ${digits(counted[4]!)}` }),
        ...(says !== undefined && { wanted: { says, holds: verdict === 'met' } }),
      },
    ];
  });
}

function digits(percent: string): string {
  return (Number(percent) / 100).toFixed(2).replace(/^0\./, '.');
}
