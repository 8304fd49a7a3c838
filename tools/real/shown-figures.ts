import type { Figure } from './figures.ts';

/** Writes figures for a terminal, one or two lines each. */
export function shownFigures(figures: readonly Figure[]): string {
  return figures
    .map(({ what, value, n, interval, baseline, wanted }) => {
      const verdict = wanted ? ` ${wanted.holds ? 'holds ' : 'MISSED'} ${wanted.says};` : '';
      const details = [
        `n ${n}`,
        ...(interval === undefined ? [] : [`95 % ${interval}`]),
        ...(baseline === undefined ? [] : [baseline]),
      ];
      return `  ${what}: ${value};${verdict}\n      ${details.join('; ')}`;
    })
    .join('\n');
}
