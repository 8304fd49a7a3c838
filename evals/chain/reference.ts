import type { Setting } from './measure.ts';

/** A setting with the share of right answers that a direct simulation of it gives. */
export interface Reference extends Setting {
  readonly wanted: number;
}

type Row = readonly [parts: number, hops: number, ...wanted: (number | undefined)[]];
const placements = ['random', 'forward', 'reverse'] as const;

/** One structured unit, one pass: random, forward, reverse. */
const onePass: readonly Row[] = [
  [8, 1, 0.95, 0.95, 0.95],
  [8, 2, 0.59, 0.9, 0.28],
  [8, 3, 0.32, 0.86, 0.1],
  [18, 2, 0.56, 0.91, 0.23],
  [18, 3, 0.29, 0.86, 0.06],
];
const twoPasses: readonly Row[] = [
  [8, 1, 0.997, undefined, 0.997],
  [8, 2, 0.97, undefined, 0.94],
  [8, 3, 0.88, undefined, 0.61],
  [18, 2, 0.97, undefined, 0.93],
  [18, 3, 0.86, undefined, 0.53],
];
/** All parts at once, in one, two and three rounds, at random places. */
const rounds: readonly Row[] = [
  [8, 2, 0.19, 0.93, 0.995],
  [8, 3, 0.04, 0.46, 0.94],
  [18, 2, 0.19, 0.93, 0.995],
  [18, 3, 0.04, 0.46, 0.94],
];
const rewritten: readonly (readonly [retention: number, rows: readonly Row[]])[] = [
  [
    0.9,
    [
      [8, 2, 0.3, 0.46, 0.14],
      [18, 3, 0.03, 0.09, 0.01],
    ],
  ],
  [
    0.98,
    [
      [8, 2, 0.51, 0.79, 0.24],
      [8, 3, 0.26, 0.7, 0.08],
      [18, 2, 0.4, 0.65, 0.16],
      [18, 3, 0.18, 0.52, 0.04],
    ],
  ],
];

/** Every setting that is compared, at detection 0.95 with the link before known, 0.2 without. */
export const references: readonly Reference[] = [
  ...placed(onePass, { unit: 'facts', passes: 1 }),
  ...placed(twoPasses, { unit: 'facts', passes: 2 }),
  ...rounds.flatMap(([parts, hops, ...wanted]) =>
    wanted.map((each, index) => ({
      ...{
        parts,
        hops,
        placement: 'random' as const,
        unit: 'facts' as const,
        order: 'parallel' as const,
      },
      ...{ passes: index + 1, wanted: each! },
    })),
  ),
  ...rewritten.flatMap(([retention, rows]) => placed(rows, { unit: 'text', retention })),
];

function placed(
  rows: readonly Row[],
  more: Pick<Setting, 'unit' | 'passes' | 'retention'>,
): Reference[] {
  return rows.flatMap(([parts, hops, ...wanted]) =>
    wanted.flatMap((each, index) =>
      each === undefined
        ? []
        : [{ parts, hops, placement: placements[index]!, ...more, wanted: each }],
    ),
  );
}

/** Names a setting. */
export function nameOf({
  unit,
  order,
  passes,
  retention,
  parts,
  hops,
  placement,
}: Setting): string {
  const how =
    unit === 'text'
      ? `free text, ${retention} kept per rewrite`
      : order === 'parallel'
        ? `parallel, ${passes} rounds`
        : `structured, ${passes} passes`;
  return `${how}: ${parts} parts, ${hops} hops, ${placement}`;
}
