import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { dollars } from '../format.ts';
import type { Sums } from './spend-sums.ts';

const heightPx = 220;
const dayS = 86_400;
const leastPxPerBars = 8;

/** Draws spent and saved by day, below zero where more was spent; returns what takes it away. */
export function drawSavings(box: HTMLElement, days: readonly Sums[]): () => void {
  const css = getComputedStyle(box);
  const colour = (name: string) => css.getPropertyValue(name).trim();
  const perBar = daysPerBar(days, box.clientWidth);
  const spans = spansOf(days, perBar);
  const edgeS = perBar * dayS;
  const axis = { stroke: colour('--text'), grid: { stroke: colour('--line') } };
  const chart = new uPlot(
    {
      width: box.clientWidth,
      height: heightPx,
      scales: {
        // Room for the bars of the first day and the last.
        x: { time: true, range: (_chart, min, max) => [min - edgeS, max + edgeS] },
        // Bars are compared by their lengths, so that they begin at zero.
        y: { range: (_chart, min, max) => [1.1 * Math.min(0, min), 1.1 * Math.max(0, max) || 1] },
      },
      axes: [
        {
          ...axis,
          incrs: [dayS, 7 * dayS, 28 * dayS],
          values: (_chart, seconds) => seconds.map(dayOf),
        },
        { ...axis, size: 76, values: (_chart, values) => values.map(dollars) },
      ],
      series: [
        {
          label: perBar === 1 ? 'Day' : `${perBar} days from`,
          value: (_chart, seconds) => (seconds ? dayOf(seconds) : '–'),
        },
        bars('Spent', colour('--cloud-strong'), colour('--cloud')),
        bars('Saved', colour('--device-strong'), colour('--device')),
      ],
    },
    [
      spans.map(({ fromS }) => fromS),
      spans.map(({ costUsd }) => costUsd),
      spans.map(({ savedUsd }) => savedUsd),
    ],
    box,
  );
  const sizes = new ResizeObserver(() =>
    chart.setSize({ width: box.clientWidth, height: heightPx }),
  );
  sizes.observe(box);
  return () => {
    sizes.disconnect();
    chart.destroy();
  };
}

type Day = Pick<Sums, 'name' | 'costUsd' | 'savedUsd'>;

const secondsOf = ({ name }: Day) => Date.parse(name) / 1000;

// Bars of a year's days would run together on a phone: weeks or months are summed then.
function daysPerBar(days: readonly Day[], widthPx: number): number {
  if (days.length === 0) return 1;
  const most = Math.max(1, widthPx / leastPxPerBars);
  const whole = (secondsOf(days.at(-1)!) - secondsOf(days[0]!)) / dayS + 1;
  return [1, 7].find(each => whole / each <= most) ?? 28;
}

function spansOf(days: readonly Day[], perBar: number) {
  const first = days[0] ? secondsOf(days[0]) : 0;
  const lengthS = perBar * dayS;
  const bySpan = Map.groupBy(days, day => Math.floor((secondsOf(day) - first) / lengthS));
  const sum = (of: readonly Day[], key: 'costUsd' | 'savedUsd') =>
    of.reduce((total, day) => total + day[key], 0);
  return [...bySpan].map(([span, of]) => ({
    fromS: first + span * lengthS,
    costUsd: sum(of, 'costUsd'),
    savedUsd: sum(of, 'savedUsd'),
  }));
}

function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(5, 10);
}

function bars(label: string, stroke: string, fill: string): uPlot.Series {
  const paths = uPlot.paths.bars?.({ size: [0.4, 40], align: label === 'Spent' ? -1 : 1 });
  return {
    label,
    stroke,
    fill,
    width: 1,
    points: { show: false },
    value: (_chart, value) => (value === null ? '–' : dollars(value)),
    ...(paths && { paths }),
  };
}
