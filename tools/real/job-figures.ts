import type { Figure } from './figures.ts';

// `  what  28 of 45 (62 %, 48 to 75)  (at least 90 %: met)`
const row = /^ {2}(\S.*?) {2,}(.+?)(?: {2}\((.+): (met|MISSED)\))?$/;

/** Reads the figures that the program of a job prints; its notes are no figures. */
export function jobFigures(job: string, text: string): Figure[] {
  return text.split('\n').flatMap(line => {
    const found = row.exec(line);
    if (!found) return [];
    const [, what = '', told = '', says, verdict] = found;
    const counted = /^(\d+ of (\d+)) \(\d+ %, (\d+) to (\d+)\)(.*)$/.exec(told);
    const points = /^([+-]\d+ points) \((\S+ to \S+)\) of \d+$/.exec(told);
    const interval = counted ? `${digits(counted[3]!)} to ${digits(counted[4]!)}` : points?.[2];
    return [
      {
        what: `${job}: ${what}`,
        value: (counted ? counted[1]! + counted[5]! : (points?.[1] ?? told)).replace(
          / {2,}/g,
          ', ',
        ),
        n: Number(/^\S+ (?:points .*)?of (\d+)/.exec(told)?.[1] ?? 0),
        ...(interval !== undefined && { interval }),
        ...(says !== undefined && { wanted: { says, holds: verdict === 'met' } }),
      },
    ];
  });
}

/** Takes the seconds out: where answers are kept, one that was asked for before takes none. */
export function withoutTime({ what, value, ...more }: Figure): Figure {
  return { ...more, what: what.replace(/, time$/, ''), value: value.replace(/, \d+ s$/, '') };
}

function digits(percent: string): string {
  return (Number(percent) / 100).toFixed(2).replace(/^0\./, '.');
}
