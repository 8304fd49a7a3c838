import type { PolicyFigures } from '../../../src/entries/eval.ts';
import type { EvaluationReport } from './report.ts';

const size = { width: 720, height: 460, left: 64, right: 190, top: 24, bottom: 52 };
const colours = [
  '#0b6bcb',
  '#c4420c',
  '#3d7a37',
  '#8a3ffc',
  '#946c00',
  '#d02670',
  '#007d79',
  '#525252',
  '#a2191f',
];

/** Draws the cost–quality curves: share of cloud calls against quality. */
export function curvePlot({ evaluation, subject }: EvaluationReport): string {
  const { policies } = evaluation;
  const qualities = policies.flatMap(({ curve }) => curve.map(({ quality }) => quality));
  const [low, high] = [Math.min(...qualities), Math.max(...qualities)];
  const x = (share: number) => size.left + share * (size.width - size.left - size.right);
  const y = (quality: number) =>
    size.height -
    size.bottom -
    ((quality - low) / (high - low || 1)) * (size.height - size.top - size.bottom);
  const lines = policies.map(({ name, curve }, index) => {
    const points = curve
      .map(({ share, quality }) => `${x(share).toFixed(1)},${y(quality).toFixed(1)}`)
      .join(' ');
    const colour = colours[index % colours.length];
    const width = name === subject ? 3 : 1.5;
    return `<polyline fill="none" stroke="${colour}" stroke-width="${width}" points="${points}"/>`;
  });
  const end = size.width - size.right;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" ` +
      'font-family="sans-serif" font-size="12">',
    `<rect width="${size.width}" height="${size.height}" fill="#fff"/>`,
    ...ticks(low, high).map(
      quality =>
        `<line x1="${size.left}" x2="${end}" y1="${y(quality)}" y2="${y(quality)}" ` +
        'stroke="#ddd"/>' +
        `<text x="${size.left - 8}" y="${y(quality) + 4}" text-anchor="end">` +
        `${(100 * quality).toFixed(0)} %</text>`,
    ),
    ...[0, 0.25, 0.5, 0.75, 1].map(
      share =>
        `<text x="${x(share)}" y="${size.height - size.bottom + 18}" text-anchor="middle">` +
        `${100 * share} %</text>`,
    ),
    `<text x="${x(0.5)}" y="${size.height - 12}" text-anchor="middle">` +
      'requests sent to the cloud</text>',
    `<text transform="translate(16 ${(size.top + size.height - size.bottom) / 2}) rotate(-90)" ` +
      'text-anchor="middle">right answers</text>',
    ...lines,
    ...policies.map((policy, index) => key(policy, index, end)),
    '</svg>',
  ].join('\n')}\n`;
}

function key({ name, apgr }: PolicyFigures, index: number, end: number): string {
  const top = size.top + 10 + index * 20;
  const shown = apgr === null ? name : `${name} (${apgr.toFixed(3)})`;
  const safe = shown.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return (
    `<line x1="${end + 14}" x2="${end + 34}" y1="${top}" y2="${top}" ` +
    `stroke="${colours[index % colours.length]}" stroke-width="3"/>` +
    `<text x="${end + 40}" y="${top + 4}">${safe}</text>`
  );
}

function ticks(low: number, high: number): number[] {
  const step = [0.01, 0.02, 0.05, 0.1, 0.2].find(each => (high - low) / each <= 8) ?? 0.5;
  const first = Math.ceil(low / step) * step;
  return Array.from(
    { length: Math.floor((high - first) / step + 1e-9) + 1 },
    (_, index) => first + index * step,
  );
}
